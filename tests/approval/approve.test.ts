import { describe, expect, it, vi } from 'vitest';

import { approve } from '../../src/approval/approve.js';
import { challengeOf } from '../../src/approval/canonical.js';
import { toBase64url } from '../../src/ctap/codec/bytes.js';
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '../../src/shared/webauthn-json.js';
import { NOW, requestOf, RP_ID } from './approver.js';

const MINE = toBase64url(Uint8Array.of(1, 2, 3));
const OTHERS = toBase64url(Uint8Array.of(9, 9, 9));

/** What a key answers that signs with the passkey `id`. */
function answerOf(id: string): AuthenticationResponseJSON {
  return {
    id,
    rawId: id,
    type: 'public-key',
    authenticatorAttachment: 'cross-platform',
    clientExtensionResults: { appid: true },
    response: { clientDataJSON: 'e30', authenticatorData: 'A'.repeat(50), signature: 'AAAA' },
  };
}

type Get = (options: PublicKeyCredentialRequestOptionsJSON) => Promise<AuthenticationResponseJSON>;
const getting = (id: string) => vi.fn<Get>(() => Promise.resolve(answerOf(id)));
const options = (get: Get, now = NOW + 1000) => ({ rpId: RP_ID, credentialIds: [MINE], get, now: () => now });

describe('asking a key to approve', () => {
  it("asks for one of the person's own passkeys, verified, over the hash of the request, while there is time", async () => {
    const request = requestOf();
    const get = getting(MINE);
    await approve(request, options(get));
    expect(get.mock.calls).toEqual([
      [
        {
          challenge: toBase64url(challengeOf(request)),
          rpId: RP_ID,
          allowCredentials: [{ id: MINE, type: 'public-key' }],
          userVerification: 'required',
          timeout: 299_000,
        },
      ],
    ]);
  });

  it('leaves a file with the request, the assertion, and nothing that nobody has signed', async () => {
    const request = requestOf();
    const approval = await approve(request, options(getting(MINE)));
    expect(JSON.parse(JSON.stringify(approval))).toEqual({
      request,
      credentialId: MINE,
      assertion: {
        id: MINE,
        rawId: MINE,
        type: 'public-key',
        clientExtensionResults: {},
        response: { clientDataJSON: 'e30', authenticatorData: 'A'.repeat(50), signature: 'AAAA' },
      },
    });
  });

  it.each([
    ['it has expired', { ...options(getting(MINE)), now: () => NOW + 300_000 }, 'approval/stale'],
    ['no passkey of the person is known', { ...options(getting(MINE)), credentialIds: [] }, 'key/no-passkey'],
  ])('asks no key when %s', async (_when, given, code) => {
    const get = getting(MINE);
    await expect(approve(requestOf(), { ...given, get })).rejects.toMatchObject({ failure: { code } });
    expect(get).not.toHaveBeenCalled();
  });

  it('asks no key about a text that cannot be shown as it is', async () => {
    const get = getting(MINE);
    const request = { ...requestOf(), text: 'Pay 1\u202e00' };
    await expect(approve(request, options(get))).rejects.toMatchObject({ failure: { code: 'approval/unshowable' } });
    expect(get).not.toHaveBeenCalled();
  });

  it('takes no answer of a passkey that was not asked for', async () => {
    const answer = approve(requestOf(), options(getting(OTHERS)));
    await expect(answer).rejects.toMatchObject({ failure: { code: 'approval/other-key' } });
  });

  it('ends as the key ends it', async () => {
    const get = () => Promise.reject(new DOMException('Cancelled', 'AbortError'));
    await expect(approve(requestOf(), options(get))).rejects.toMatchObject({ name: 'AbortError' });
  });
});
