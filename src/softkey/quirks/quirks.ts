/**
 * The ways in which keys in the field, and cables, depart from what one hopes for. For tests: a key has none of them
 * unless told. Those with a number say what it means, and what it is when it is not given.
 */
export const QUIRKS = {
  // On the cable
  'foreign-frames': { does: 'sends reports of another channel between its own' },
  'wrong-nonce': { does: 'answers INIT with another nonce first, as to another program' },
  busy: { does: 'says CHANNEL_BUSY to the first N messages', usual: 3 },
  'late-answers': { does: 'sends its answers N ms late, and nothing meanwhile', usual: 4000 },
  'slow-keepalives': { does: 'sends a keepalive only every N ms', usual: 2500 },
  'touch-beats-cancel': { does: 'lets a touch win against CANCEL, which it does not hear' },
  disconnect: { does: 'loses its power at the Nth report on the cable, either way', usual: 5 },
  silent: { does: 'sends nothing after its Nth report', usual: 1 },
  // In what getInfo says
  'zero-list-limits': { does: 'gives 0 for the longest list and the longest credential ID' },
  // In answers
  'cut-names': { does: 'cuts names in the middle of a character' },
  'not-canonical': {
    does: 'writes maps in another order than the canonical one, and lengths not in their shortest form',
  },
  'missing-members': { does: 'leaves member N out of its answers', usual: 2 },
  'unknown-members': { does: 'adds members that no specification has' },
  'unknown-status': { does: 'answers status N to everything but getInfo', usual: 0xf3 },
  // In what it does
  'other-algorithm': { does: 'makes credentials of another algorithm than asked for' },
  full: { does: 'has no room for credentials' },
  'one-use-tokens': { does: 'forgets a token after its first use' },
  'no-silence': { does: 'wants a touch for assertions that are to take none' },
  'one-permission-tokens': { does: 'gives no token for two things at once' },
} as const satisfies Record<string, { does: string; usual?: number }>;

export type QuirkName = keyof typeof QUIRKS;

/** The quirks that a key has, each with its number; for those without one it does not matter. */
export type Quirks = Readonly<Partial<Record<QuirkName, number>>>;

export const QUIRK_NAMES = Object.keys(QUIRKS) as readonly QuirkName[];

/** The number that a quirk has unless another is given; undefined for those that take none. */
export function usualNumber(name: QuirkName): number | undefined {
  const quirk: { readonly does: string; readonly usual?: number } = QUIRKS[name];
  return quirk.usual;
}

/** Reads `NAME` or `NAME=N`. Throws a RangeError that says what is wrong. */
export function parseQuirk(text: string): Quirks {
  const [, word, digits] = /^([a-z-]+)(?:=(\d{1,6}))?$/.exec(text) ?? [];
  const name = QUIRK_NAMES.find((known) => known === word);
  if (name === undefined) throw new RangeError(`${text} is no quirk; there are ${QUIRK_NAMES.join(', ')}`);
  const usual = usualNumber(name);
  if (usual === undefined && digits !== undefined) throw new RangeError(`${name} takes no number`);
  return { [name]: digits === undefined ? (usual ?? 1) : Number(digits) };
}
