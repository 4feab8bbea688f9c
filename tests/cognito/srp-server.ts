import { createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';

import { GROUP_3072 } from '../../src/cognito/srp.js';

/** The pool's half of SRP, for one user: written apart from the client's, on node:crypto, so that one checks the other. */
export class SrpServer {
  readonly #b = BigInt(`0x${randomBytes(48).toString('hex')}`);
  readonly #salt = randomBytes(16).toString('hex');
  readonly #verifier: bigint;
  readonly #B: bigint;
  readonly #poolName: string;
  readonly #userId: string;
  readonly secretBlock = randomBytes(64).toString('base64');

  constructor(poolName: string, userId: string, password: string) {
    const { N, g } = GROUP_3072;
    const identity = createHash('sha256').update(`${poolName}${userId}:${password}`).digest();
    const x = number(sha256(padded(BigInt(`0x${this.#salt}`)), identity));
    this.#poolName = poolName;
    this.#userId = userId;
    this.#verifier = power(g, x);
    this.#B = (number(sha256(padded(N), padded(g))) * this.#verifier + power(g, this.#b)) % N;
  }

  /** The challenge's parameters. */
  get parameters() {
    return {
      USER_ID_FOR_SRP: this.#userId,
      USERNAME: this.#userId,
      SALT: this.#salt,
      SRP_B: this.#B.toString(16),
      SECRET_BLOCK: this.secretBlock,
    };
  }

  /** Whether an answer proves the password to who was sent `srpA`. */
  isProved(srpA: string, responses: Readonly<Record<string, string>>): boolean {
    const A = BigInt(`0x${srpA}`);
    const u = number(sha256(padded(A), padded(this.#B)));
    const S = power((A * power(this.#verifier, u)) % GROUP_3072.N, this.#b);
    const key = Buffer.from(hkdfSync('sha256', padded(S), padded(u), 'Caldera Derived Key', 16));
    const signed = createHmac('sha256', key)
      .update(`${this.#poolName}${this.#userId}`)
      .update(Buffer.from(this.secretBlock, 'base64'))
      .update(responses['TIMESTAMP'] ?? '');
    return signed.digest('base64') === responses['PASSWORD_CLAIM_SIGNATURE'];
  }
}

const sha256 = (...parts: Buffer[]): Buffer =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const number = (bytes: Buffer): bigint => BigInt(`0x${bytes.toString('hex')}`);

function padded(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Buffer.of(0), bytes]);
}

function power(base: bigint, exponent: bigint): bigint {
  const { N } = GROUP_3072;
  return Array.from(exponent.toString(2)).reduce(
    (result, bit) => (((result * result) % N) * (bit === '1' ? base : 1n)) % N,
    1n,
  );
}
