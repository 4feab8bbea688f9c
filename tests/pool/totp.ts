import { createHmac } from 'node:crypto';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** What an authenticator app shows at `now`, ms: RFC 6238, written anew so that the pool is not its own witness. */
export function totp(secret: string, now: number): string {
  let value = 0n;
  for (const letter of secret) value = (value << 5n) | BigInt(LETTERS.indexOf(letter));
  const bytes = Math.floor((secret.length * 5) / 8);
  value >>= BigInt(secret.length * 5 - bytes * 8);
  const key = Buffer.from(value.toString(16).padStart(bytes * 2, '0'), 'hex');
  const counter = Buffer.from(
    Math.floor(now / 30_000)
      .toString(16)
      .padStart(16, '0'),
    'hex',
  );
  const mac = createHmac('sha1', key).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
