import { describe, expect, it } from 'vitest';

import { AuthenticatorFlag } from '../../src/ctap/codec/authenticator-data.js';
import { CoseAlgorithm } from '../../src/ctap/codec/cose.js';
import { CtapCommand, Permission } from '../../src/ctap/commands.js';
import { asserted, getting, made, making, map, PinClient, plug, RP_ID } from './platform.js';

const { UP, UV, AT } = AuthenticatorFlag;

describe.each(['2.0', '2.1', '2.3'] as const)('a key of CTAP %s', (profile) => {
  it.each([
    ['ES256', CoseAlgorithm.ES256],
    ['EdDSA', CoseAlgorithm.EDDSA],
    ['RS256', CoseAlgorithm.RS256],
  ])(
    'makes %s credentials that attest and assert, discoverable or not',
    { timeout: 60_000 },
    async (_name, algorithm) => {
      const { platform } = await plug({ profile });
      for (const rk of [true, false]) {
        const request = making({ algorithms: [-999, algorithm], options: { rk } });
        const credential = made(await platform.success(CtapCommand.MAKE_CREDENTIAL, request));
        expect(credential.flags).toBe(UP | AT);
        const answer = await platform.success(CtapCommand.GET_ASSERTION, getting({ allow: [credential.id] }));
        const assertion = asserted(answer, credential.publicKey);
        expect(assertion.id).toEqual(credential.id);
        expect(assertion.flags).toBe(UP);
        expect(assertion.signCount).toBeGreaterThan(credential.signCount);
      }
    },
  );

  it('with a PIN: one token makes, another asserts', async () => {
    const { platform } = await plug({ profile });
    const pin = new PinClient(platform, profile === '2.0' ? 1 : 2);
    expect((await pin.setPin('1234')).status).toBe('SUCCESS');
    const info = await platform.success(CtapCommand.GET_INFO);
    expect(map(info, 4).get('clientPin')).toBe(true);
    const ask = (permission: number) => (profile === '2.0' ? pin.token('1234') : pin.token('1234', permission, RP_ID));
    const mcToken = await ask(Permission.MAKE_CREDENTIAL);
    const request = making({ options: { rk: true }, proof: pin.prove(mcToken) });
    const credential = made(await platform.success(CtapCommand.MAKE_CREDENTIAL, request));
    expect(credential.flags).toBe(UP | UV | AT);
    const gaToken = await ask(Permission.GET_ASSERTION);
    const answer = await platform.success(CtapCommand.GET_ASSERTION, getting({ proof: pin.prove(gaToken) }));
    expect(asserted(answer, credential.publicKey).flags).toBe(UP | UV);
  });
});
