import { createHmac, randomBytes } from 'node:crypto';

/** RFC 6238 with what authenticator apps take for granted, and Cognito too: SHA-1, 30 seconds, six digits. */
const STEP_MS = 30_000;
const DIGITS = 6;
/** Steps before and after the present one whose codes are taken: clocks differ, and typing takes time. */
const WINDOW = 1;
const SECRET_BYTES = 32;

/** RFC 4648 §6, without padding. */
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** A new shared secret as SecretCode carries it: 52 characters of base32. */
export function newTotpSecret(): string {
  let bits = '';
  for (const byte of randomBytes(SECRET_BYTES)) bits += byte.toString(2).padStart(8, '0');
  const quintets = bits.match(/.{1,5}/g) ?? [];
  return quintets.map((quintet) => BASE32.charAt(parseInt(quintet.padEnd(5, '0'), 2))).join('');
}

/**
 * The time step whose code this is, near `now` (ms); undefined when it is no code of these minutes. Who keeps the step
 * and refuses it the next time lets no code serve twice (RFC 6238 §5.2).
 */
export function totpStep(secret: string, code: string, now: number): number | undefined {
  const present = Math.floor(now / STEP_MS);
  for (let step = present - WINDOW; step <= present + WINDOW; step += 1)
    if (totpCode(secret, step) === code) return step;
  return undefined;
}

/** The code of one time step (RFC 4226 §5.3). */
function totpCode(secret: string, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', fromBase32(secret)).update(counter).digest();
  const offset = mac.readUInt8(mac.length - 1) & 0x0f;
  const truncated = mac.readUInt32BE(offset) & 0x7fff_ffff;
  return (truncated % 10 ** DIGITS).toString().padStart(DIGITS, '0');
}

function fromBase32(text: string): Buffer {
  const bits = Array.from(text, (letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
}
