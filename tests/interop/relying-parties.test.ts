import {
  verifyAuthenticationResponse,
  type VerifiedRegistrationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Authenticator } from '../../src/ctap/authenticator.js';
import { create } from '../../src/ctap/client/create.js';
import { get } from '../../src/ctap/client/get.js';
import type { AuthenticationJSON, RegistrationJSON } from '../../src/ctap/client/webauthn-json.js';
import { fromBase64url, toBase64url } from '../../src/ctap/codec/bytes.js';
import { CoseAlgorithm } from '../../src/ctap/codec/cose.js';
import { encodePin } from '../../src/ctap/pin/pin.js';
import { MemoryPort } from '../../src/softkey/ports/memory-port.js';
import { PROFILE_NAMES } from '../../src/softkey/profile.js';
import { SoftKey } from '../../src/softkey/soft-key.js';
import { CHALLENGE, creation, ORIGIN, PIN, request, RP_ID } from '../ctap/options.js';
import { Person } from '../ctap/person.js';
import { Fido2Server, hasFido2Server } from './fido2-server.js';

const ALGORITHMS = [
  ['ES256', CoseAlgorithm.ES256],
  ['EdDSA', CoseAlgorithm.EDDSA],
  ['RS256', CoseAlgorithm.RS256],
] as const;
const CONVEYANCES = ['none', 'direct'] as const;
const GENERATING_RSA_MS = 30_000;

/** A registration and a sign-in with it, made by our client on the software key. */
interface Ceremonies {
  readonly registration: RegistrationJSON;
  readonly authentication: AuthenticationJSON;
}

async function ceremonies(
  alg: number,
  attestation: 'none' | 'direct',
  profile: (typeof PROFILE_NAMES)[number] = '2.1',
): Promise<Ceremonies> {
  const authenticator = await Authenticator.open(new MemoryPort(new SoftKey({ profile })));
  await authenticator.clientPin?.setPin(encodePin(PIN));
  await authenticator.refresh();
  const context = () => ({ authenticator, interaction: new Person(PIN) });
  const options = creation({ attestation, pubKeyCredParams: [{ type: 'public-key', alg }] });
  const registration = await create(options, ORIGIN, context());
  const authentication = await get(request(), ORIGIN, context());
  await authenticator.close();
  return { registration, authentication };
}

/** Copies of a response with one byte changed: of each of its members, at its ends and in between. */
function* withOneByteChanged<T extends RegistrationJSON | AuthenticationJSON>(
  response: T,
  members: readonly string[],
): Generator<[where: string, changed: T]> {
  for (const member of members) {
    const isInner = Object.hasOwn(response.response, member);
    const holder: object = isInner ? response.response : response;
    // The members that are listed are base64url texts.
    const bytes = fromBase64url((holder as Record<string, string>)[member] ?? '');
    const step = Math.max(1, Math.floor(bytes.length / 23));
    const positions = new Set([...Array.from({ length: 24 }, (_, index) => index * step), bytes.length - 1]);
    for (const position of [...positions].filter((at) => at < bytes.length)) {
      const changed = bytes.slice();
      changed[position] = (changed[position] ?? 0) ^ 0x01;
      const text = { [member]: toBase64url(changed) };
      yield [
        `${member}, byte ${position}`,
        isInner ? { ...response, response: { ...response.response, ...text } } : { ...response, ...text },
      ];
    }
  }
}

const REGISTRATION_MEMBERS = ['id', 'rawId', 'clientDataJSON', 'attestationObject'];
const AUTHENTICATION_MEMBERS = ['id', 'rawId', 'clientDataJSON', 'authenticatorData', 'signature'];

describe('@simplewebauthn/server', () => {
  const expected = { expectedChallenge: CHALLENGE, expectedOrigin: ORIGIN, expectedRPID: RP_ID };
  // It types the extension results as the browser's objects, not as their JSON, and looks at none of them.
  const register = (response: RegistrationJSON): Promise<VerifiedRegistrationResponse> =>
    verifyRegistrationResponse({
      ...expected,
      response: { ...response, clientExtensionResults: {} },
      supportedAlgorithmIDs: ALGORITHMS.map(([, alg]) => alg),
    });
  const authenticate = async (registration: RegistrationJSON, response: AuthenticationJSON) => {
    const { registrationInfo } = await register(registration);
    if (!registrationInfo) throw new Error('The registration was not accepted');
    return verifyAuthenticationResponse({
      ...expected,
      response: { ...response, clientExtensionResults: {} },
      credential: registrationInfo.credential,
    });
  };
  /** It throws for some faults and answers false for others. */
  const isAccepted = (answer: Promise<{ verified: boolean }>) =>
    answer.then(
      ({ verified }) => verified,
      () => false,
    );

  for (const [name, alg] of ALGORITHMS) {
    for (const attestation of CONVEYANCES) {
      it(
        `accepts ${name} with attestation ${attestation}`,
        async () => {
          const { registration, authentication } = await ceremonies(alg, attestation);
          const { verified, registrationInfo } = await register(registration);
          expect(verified).toBe(true);
          expect(registrationInfo).toMatchObject({
            fmt: attestation === 'none' ? 'none' : 'packed',
            userVerified: true,
            credential: { id: registration.id },
          });
          expect(registration.response.publicKeyAlgorithm).toBe(alg);
          const signedIn = await authenticate(registration, authentication);
          expect(signedIn.verified).toBe(true);
          expect(signedIn.authenticationInfo).toMatchObject({ userVerified: true, credentialID: registration.id });
        },
        GENERATING_RSA_MS,
      );
    }
  }

  it.each(PROFILE_NAMES)('accepts what is made on a key of CTAP %s', async (profile) => {
    const { registration, authentication } = await ceremonies(CoseAlgorithm.ES256, 'direct', profile);
    expect((await authenticate(registration, authentication)).verified).toBe(true);
  });

  it('refuses a registration with any byte changed', async () => {
    const { registration } = await ceremonies(CoseAlgorithm.ES256, 'direct');
    for (const [where, changed] of withOneByteChanged(registration, REGISTRATION_MEMBERS))
      expect(await isAccepted(register(changed)), where).toBe(false);
  });

  it('refuses a sign-in with any byte changed', async () => {
    const { registration, authentication } = await ceremonies(CoseAlgorithm.ES256, 'direct');
    for (const [where, changed] of withOneByteChanged(authentication, AUTHENTICATION_MEMBERS))
      expect(await isAccepted(authenticate(registration, changed)), where).toBe(false);
  });
});

describe.skipIf(!hasFido2Server)("python-fido2's Fido2Server (needs Debian's python3-fido2)", () => {
  const expected = { rpId: RP_ID, origin: ORIGIN, challenge: CHALLENGE } as const;
  let server: Fido2Server;
  beforeAll(() => {
    server = new Fido2Server();
  });
  afterAll(() => server.close());

  const register = (response: RegistrationJSON, attestation: 'none' | 'direct') =>
    server.verify({ ...expected, verify: 'registration', attestation, response });
  const authenticate = async (registration: RegistrationJSON, response: AuthenticationJSON) => {
    const registered = await register(registration, 'direct');
    if (!registered.ok) throw new Error(registered.error);
    const { credential } = registered;
    const userHandle = creation().user.id;
    return server.verify({ ...expected, verify: 'authentication', credential, userHandle, response });
  };

  for (const [name, alg] of ALGORITHMS) {
    it(
      `accepts ${name}`,
      async () => {
        const { registration, authentication } = await ceremonies(alg, 'direct');
        expect(await register(registration, 'direct')).toMatchObject({ ok: true });
        expect(await authenticate(registration, authentication)).toMatchObject({ ok: true });
      },
      GENERATING_RSA_MS,
    );
  }

  it.each(PROFILE_NAMES)('accepts what is made on a key of CTAP %s, and no attestation', async (profile) => {
    const { registration } = await ceremonies(CoseAlgorithm.ES256, 'none', profile);
    expect(await register(registration, 'none')).toMatchObject({ ok: true });
  });

  it('refuses a registration with any byte changed', async () => {
    const { registration } = await ceremonies(CoseAlgorithm.ES256, 'direct');
    const members = [...REGISTRATION_MEMBERS, 'authenticatorData'];
    for (const [where, changed] of withOneByteChanged(registration, members))
      expect(await register(changed, 'direct'), where).toMatchObject({ ok: false });
  });

  it('refuses a sign-in with any byte changed', async () => {
    const { registration, authentication } = await ceremonies(CoseAlgorithm.ES256, 'direct');
    const members = [...AUTHENTICATION_MEMBERS, 'userHandle'];
    for (const [where, changed] of withOneByteChanged(authentication, members))
      expect(await authenticate(registration, changed), where).toMatchObject({ ok: false });
  });
});
