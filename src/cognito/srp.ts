/**
 * Secure Remote Password, the client's half, as user pools speak it: SRP-6a (RFC 5054) in the 3072-bit group with SHA-256,
 * and a signature over the secret block instead of a proof of the key. The password never leaves this machine.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html
 */
import { concat, fromBase64, fromHex, toBase64, toHex, utf8 } from './bytes.js';
import { badAnswer } from './errors.js';

/** A prime and a generator of its group. */
export interface SrpGroup {
  readonly N: bigint;
  readonly g: bigint;
}

/** RFC 5054 appendix A, the 3072-bit group (its prime is that of RFC 3526 §4). */
export const GROUP_3072: SrpGroup = {
  N: BigInt(
    '0x' +
      'FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD' +
      'EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED' +
      'EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F' +
      '83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B' +
      'E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510' +
      '15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7' +
      'ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C' +
      'BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF',
  ),
  g: 2n,
};

/** The secret and the public half of one exchange. Good for one answer. */
export interface Ephemeral {
  readonly a: bigint;
  readonly A: bigint;
}

/** What the pool sends in PASSWORD_VERIFIER. */
export interface ServerHalf {
  /** USER_ID_FOR_SRP: the name that the verifier was made with. */
  readonly userId: string;
  /** SRP_B and SALT, hexadecimal. */
  readonly B: string;
  readonly salt: string;
  /** SECRET_BLOCK, base64. */
  readonly secretBlock: string;
}

/** RFC 5054 §2.5.4: at least 256 bits. */
const SECRET_BYTES = 32;
const KEY_BITS = 128;
const KEY_INFO = 'Caldera Derived Key';

/** Begins an exchange. `random` fills an array with random bytes. */
export function newEphemeral(
  random = (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes),
  group = GROUP_3072,
): Ephemeral {
  const a = BigInt(`0x${toHex(random(new Uint8Array(SECRET_BYTES)))}`);
  return { a, A: modPow(group.g, a, group.N) };
}

/** SRP_A as it is sent. */
export const publicHalf = ({ A }: Ephemeral): string => A.toString(16);

/**
 * PASSWORD_CLAIM_SIGNATURE, base64: proves that the password is known.
 * @param poolName the user pool's ID behind its region: `AbCdEfGhI` of `eu-west-1_AbCdEfGhI`
 * @param timestamp as `srpTimestamp` writes it; it is sent along
 * Throws CognitoError `bad-answer` when the pool's half is none.
 */
export async function passwordSignature(
  poolName: string,
  { userId, B: serverHex, salt, secretBlock }: ServerHalf,
  password: string,
  { a, A }: Ephemeral,
  timestamp: string,
): Promise<string> {
  const { N, g } = GROUP_3072;
  const B = hexNumber(serverHex, 'SRP_B');
  // RFC 5054 §2.5.4 and §2.6: whoever sends such a half would know the key without the password.
  if (B % N === 0n) throw badAnswer('SRP_B');
  const k = await hashNumber(signed(N), signed(g));
  const u = await hashNumber(signed(A), signed(B));
  if (u === 0n) throw badAnswer('SRP_B');
  const identity = await sha256(utf8(`${poolName}${userId}:${password}`));
  const x = await hashNumber(signed(hexNumber(salt, 'SALT')), identity);
  const S = premasterSecret({ B, a, u, x, k }, GROUP_3072);
  const key = await derivedKey(S, u);
  const block = fromBase64(secretBlock);
  if (!block) throw badAnswer('SECRET_BLOCK');
  const message = concat(utf8(`${poolName}${userId}`), block, utf8(timestamp));
  return toBase64(new Uint8Array(await crypto.subtle.sign('HMAC', key, message)));
}

/** RFC 5054 §2.6: S = (B - k·g^x)^(a + u·x) mod N. */
export function premasterSecret(
  { B, a, u, x, k }: { B: bigint; a: bigint; u: bigint; x: bigint; k: bigint },
  { N, g }: SrpGroup,
): bigint {
  const base = (((B - k * modPow(g, x, N)) % N) + N) % N;
  return modPow(base, a + u * x, N);
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** TIMESTAMP in the one form that is accepted, such as `Sat Nov 7 09:05:03 UTC 2026`. */
export function srpTimestamp(now: number): string {
  const date = new Date(now);
  const [, time = ''] = /T([\d:]{8})/.exec(date.toISOString()) ?? [];
  const [day, month] = [DAYS[date.getUTCDay()] ?? '', MONTHS[date.getUTCMonth()] ?? ''];
  return `${day} ${month} ${date.getUTCDate()} ${time} UTC ${date.getUTCFullYear()}`;
}

/** HKDF-SHA256 (RFC 5869) with u as its salt; signs, and nothing else. */
async function derivedKey(S: bigint, u: bigint) {
  const secret = await crypto.subtle.importKey('raw', signed(S), 'HKDF', false, ['deriveBits']);
  const derivation = { name: 'HKDF', hash: 'SHA-256', salt: signed(u), info: utf8(KEY_INFO) };
  const key = await crypto.subtle.deriveBits(derivation, secret, KEY_BITS);
  return crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
}

/** The number as two's complement writes it, without needless bytes: a positive one never begins with a set bit. */
function signed(value: bigint): Uint8Array<ArrayBuffer> {
  const hex = value.toString(16);
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  return fromHex(/^[89a-f]/.test(even) ? `00${even}` : even);
}

function hexNumber(hex: string, member: string): bigint {
  if (!/^[0-9a-f]{1,1024}$/i.test(hex)) throw badAnswer(member);
  return BigInt(`0x${hex}`);
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

const hashNumber = async (...parts: Uint8Array<ArrayBuffer>[]): Promise<bigint> =>
  BigInt(`0x${toHex(await sha256(concat(...parts)))}`);

function modPow(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let power = base % modulus;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * power) % modulus;
    power = (power * power) % modulus;
  }
  return result;
}
