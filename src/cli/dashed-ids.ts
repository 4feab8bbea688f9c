/**
 * Credential IDs are base64url, of which one in 64 begins with a dash: an option, for whoever parses arguments. No option of
 * ours is as long as the shortest ID, 16 bytes in 22 characters, so what is longer is marked as none, and read without the mark.
 */
const MARK = '\0';
const DASHED_ID = /^-[A-Za-z0-9_-]{21,}$/;

/** Arguments as they were typed, with a mark before IDs that look like options. */
export function markDashedIds(args: readonly string[]): string[] {
  return args.map((argument) => (DASHED_ID.test(argument) ? MARK + argument : argument));
}

/** An ID as it was typed. */
export function unmarked(id: string): string {
  return id.startsWith(MARK) ? id.slice(MARK.length) : id;
}
