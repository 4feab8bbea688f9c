import { createSrpSession, signSrpSession } from 'cognito-srp-helper';
import { describe, expect, it } from 'vitest';

import {
  beginExchange,
  claimHolds,
  isTimestamp,
  publicHalf,
  readPublicNumber,
} from '../../../src/pool/srp/exchange.js';
import { decode, encode, generate, K, N } from '../../../src/pool/srp/group.js';
import { newSrpVerifier } from '../../../src/pool/srp/verifier.js';

const POOL = 'local_abc123xyz';
const secretBlock = Buffer.from('a secret block');

/** One exchange with the client of an independent library. */
function exchange(known: string, typed: string) {
  const client = createSrpSession('ana', typed, POOL, false);
  const A = readPublicNumber(client.largeA);
  if (A === undefined) throw new Error('The client sends a number');
  const server = beginExchange(A, newSrpVerifier(POOL, 'ana', known));
  const signed = signSrpSession(client, {
    ChallengeName: 'PASSWORD_VERIFIER',
    ChallengeParameters: {
      ...publicHalf(server),
      SECRET_BLOCK: secretBlock.toString('base64'),
      USERNAME: 'ana',
      USER_ID_FOR_SRP: 'ana',
    },
  });
  const claim = {
    userPoolId: POOL,
    userId: 'ana',
    secretBlock,
    timestamp: signed.timestamp,
    signature: signed.passwordSignature,
  };
  return { server, claim };
}

describe('the group', () => {
  // RFC 5054, appendix A: the prime is that of RFC 3526's group 15, and a safe one of 3072 bits.
  it('is the one of 3072 bits', () => {
    expect(N.toString(2)).toHaveLength(3072);
    expect(generate((N - 1n) / 2n)).toBe(1n);
  });

  it('writes numbers with a sign bit, and no longer than needed', () => {
    expect(encode(20n).toString('hex')).toBe('14');
    expect(encode(200n).toString('hex')).toBe('00c8');
    expect(encode(0x100n).toString('hex')).toBe('0100');
    expect(decode(encode(K))).toBe(K);
  });
});

describe('an exchange', () => {
  it('convinces the server by the right password, whatever the leading bytes are', () => {
    // Of sixteen salts, public numbers and secrets some begin with a high bit, some with a zero digit.
    for (let times = 0; times < 16; times += 1) {
      const { server, claim } = exchange('Correct-horse-1', 'Correct-horse-1');
      expect(claimHolds(server, claim)).toBe(true);
    }
  }, 60_000);

  it('fails by another password, and by anything else in what is signed', () => {
    const wrong = exchange('Correct-horse-1', 'Wrong-horse-1');
    expect(claimHolds(wrong.server, wrong.claim)).toBe(false);
    const { server, claim } = exchange('Correct-horse-1', 'Correct-horse-1');
    for (const changed of [
      { userPoolId: 'local_other' },
      { userId: 'ben' },
      { secretBlock: Buffer.from('another block') },
      { timestamp: 'Sat Nov 28 00:00:00 UTC 2026' },
      { signature: '' },
      { signature: Buffer.alloc(32).toString('base64') },
    ])
      expect(claimHolds(server, { ...claim, ...changed })).toBe(false);
  }, 60_000);

  it('takes no public number that would make the secret known', () => {
    for (const bad of ['', 'xyz', '0', '00', N.toString(16), (2n * N).toString(16), 'f'.repeat(801)])
      expect(readPublicNumber(bad)).toBeUndefined();
    expect(readPublicNumber('0A')).toBe(10n);
  });
});

describe('a timestamp', () => {
  it.each([
    ['Sat Nov 28 00:00:00 UTC 2026', true],
    ['Sat Nov 8 23:59:59 UTC 2026', true],
    ['Sat Nov 08 23:59:59 UTC 2026', false],
    ['Sat Nov 28 24:00:00 UTC 2026', false],
    ['Sam. nov. 28 00:00:00 UTC 2026', false],
    ['Sat Nov 28 00:00:00 GMT 2026', false],
    ['2026-11-28T00:00:00Z', false],
  ])('%s', (text, fits) => {
    expect(isTimestamp(text)).toBe(fits);
  });
});
