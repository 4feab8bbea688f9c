import { strict as assert } from 'node:assert';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { createSocket } from 'node:dgram';

import { Authenticator } from '../../src/ctap/authenticator.js';
import { AuthenticatorConfig } from '../../src/ctap/authenticator-config.js';
import { BioEnrollment, type Sample, SampleStatus } from '../../src/ctap/bio-enrollment.js';
import { create } from '../../src/ctap/client/create.js';
import { enrolFingerprint } from '../../src/ctap/client/enrol-fingerprint.js';
import { get } from '../../src/ctap/client/get.js';
import { tokenByPin } from '../../src/ctap/client/token-by-pin.js';
import { concat, fromBase64url, toBase64url, utf8 } from '../../src/ctap/codec/bytes.js';
import { Permission } from '../../src/ctap/commands.js';
import { CredentialManagement } from '../../src/ctap/credential-management.js';
import { CtapError } from '../../src/ctap/errors.js';
import { openUdpPort, parseUdpAddress } from '../../src/ctap/hid/udp-port.js';
import type { ClientPin } from '../../src/ctap/pin/client-pin.js';
import type { PinUvAuthToken } from '../../src/ctap/pin/token.js';
import { encodePin } from '../../src/ctap/pin/pin.js';
import { reset } from '../../src/ctap/reset.js';
import { CtapStatus } from '../../src/ctap/status.js';
import { REBOOT } from '../../src/softkey/ports/udp-server.js';
import { Person } from '../../tests/ctap/person.js';
import type { Client, Target } from './client.js';
import type { Step } from './steps.js';

const FIRST_PIN = '1234é6';
const PIN = '97531-pin';
const RP_ID = 'conformance.example';
const ORIGIN = `https://${RP_ID}`;
const FINGER = 'right thumb';
const MIN_PIN_LENGTH = 6;
const BLOB = toBase64url(utf8('a large blob, which is not large'));
const CHALLENGE = toBase64url(utf8('a challenge of 32 bytes, no less'));
const USER = { id: toBase64url(utf8('1234')), name: 'ada', displayName: 'Ada' };

const CREATION = {
  rp: { id: RP_ID, name: 'Conformance' },
  user: USER,
  challenge: CHALLENGE,
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  attestation: 'direct',
};
const REQUEST = { rpId: RP_ID, challenge: CHALLENGE, userVerification: 'required' };

/** Keydesk's own library, through the parts that window and command line use. */
export const keydesk: Client = {
  name: 'keydesk',
  unavailable: undefined,
  lacks: () => ({}),
  run: async (target, names) => {
    const steps = await Steps.begin(target);
    const results = new Map<Step, string | undefined>();
    try {
      for (const name of names) results.set(name, await reasonOf(() => steps[name]()));
    } finally {
      await steps.end();
    }
    return results;
  },
};

async function reasonOf(act: () => Promise<void>): Promise<string | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.replaceAll('\n', ' ') : String(error);
  }
}

/** The steps of one round, and what those before have left for those after. */
class Steps implements Record<Step, () => Promise<void>> {
  readonly #target: Target;
  #key: Authenticator;
  #passkey: { readonly id: string; readonly publicKey: string } | undefined;

  private constructor(target: Target, key: Authenticator) {
    this.#target = target;
    this.#key = key;
  }

  static async begin(target: Target): Promise<Steps> {
    return new Steps(target, await open(target));
  }

  async end(): Promise<void> {
    await this.#key.close();
  }

  async 'set-pin'(): Promise<void> {
    assert.equal(this.#option('clientPin'), false);
    await this.#pin.setPin(encodePin(FIRST_PIN));
    assert.equal((await this.#key.refresh()).options.get('clientPin'), true);
  }

  async 'change-pin'(): Promise<void> {
    await refusedAs(CtapStatus.PIN_INVALID, this.#pin.changePin(encodePin('not the PIN'), encodePin(PIN)));
    assert.equal((await this.#pin.pinRetries()).retries, 7);
    await this.#pin.changePin(encodePin(FIRST_PIN), encodePin(PIN));
    assert.equal((await this.#pin.pinRetries()).retries, 8);
    await refusedAs(CtapStatus.PIN_INVALID, this.#pin.changePin(encodePin(FIRST_PIN), encodePin(PIN)));
  }

  async create(): Promise<void> {
    const { id, response } = await create(CREATION, ORIGIN, this.#context());
    assert.ok(response.publicKey, 'the public key is none that is known');
    this.#passkey = { id, publicKey: response.publicKey };
  }

  async assert(): Promise<void> {
    const { id, publicKey } = this.#made();
    for (const allowCredentials of [[{ id, type: 'public-key' }], undefined]) {
      const signed = await get({ ...REQUEST, allowCredentials }, ORIGIN, this.#context());
      assert.equal(signed.id, id);
      const { clientDataJSON, authenticatorData, signature } = signed.response;
      const hash = createHash('sha256').update(fromBase64url(clientDataJSON)).digest();
      const key = createPublicKey({ key: Buffer.from(fromBase64url(publicKey)), format: 'der', type: 'spki' });
      const message = concat(fromBase64url(authenticatorData), hash);
      assert.ok(verify('sha256', message, key, fromBase64url(signature)), 'the signature is wrong');
    }
  }

  async list(): Promise<void> {
    const management = await this.#management();
    assert.equal((await management.metadata()).existing, 1);
    assert.deepEqual(await this.#stored(management), [{ id: this.#made().id, name: USER.name }]);
  }

  async rename(): Promise<void> {
    const management = await this.#management();
    const credential = { type: 'public-key', id: fromBase64url(this.#made().id) };
    await management.updateUser(credential, { id: fromBase64url(USER.id), name: 'ada.l', displayName: 'Ada L.' });
    assert.deepEqual(await this.#stored(management), [{ id: this.#made().id, name: 'ada.l' }]);
  }

  async 'large-blob'(): Promise<void> {
    const user = { id: toBase64url(utf8('5678')), name: 'bob', displayName: 'Bob' };
    const extensions = { largeBlob: { support: 'required' } };
    const { id } = await create({ ...CREATION, user, extensions }, ORIGIN, this.#context());
    const signIn = async (largeBlob: Record<string, unknown>) => {
      const options = { ...REQUEST, allowCredentials: [{ id, type: 'public-key' }], extensions: { largeBlob } };
      return (await get(options, ORIGIN, this.#context())).clientExtensionResults['largeBlob'];
    };
    assert.deepEqual(await signIn({ write: BLOB }), { written: true });
    assert.deepEqual(await signIn({ read: true }), { blob: BLOB });
    await (await this.#management()).delete({ type: 'public-key', id: fromBase64url(id) });
  }

  async delete(): Promise<void> {
    const management = await this.#management();
    await management.delete({ type: 'public-key', id: fromBase64url(this.#made().id) });
    assert.deepEqual(await this.#stored(management), []);
  }

  async 'fingerprint-enrol'(): Promise<void> {
    const statuses: number[] = [];
    const onSample = ({ status }: Sample) => void statuses.push(status);
    const { name } = await enrolFingerprint(await this.#fingerprints(), this.#context(), { name: FINGER, onSample });
    assert.equal(name, FINGER);
    assert.ok(statuses.every((status) => status === SampleStatus.FP_GOOD));
    assert.equal(this.#option('uv'), true);
  }

  async 'fingerprint-list'(): Promise<void> {
    const enrolment = await this.#fingerprints();
    const fingers = await enrolment.enumerate();
    assert.deepEqual(
      fingers.map(({ name }) => name),
      [FINGER],
    );
    for (const { id } of fingers) await enrolment.remove(id);
    assert.deepEqual(await enrolment.enumerate(), []);
    assert.equal((await this.#key.refresh()).options.get('uv'), false);
  }

  async 'always-uv'(): Promise<void> {
    for (const on of [true, false]) {
      await (await this.#configuration()).setAlwaysUv(on);
      assert.equal((await this.#key.refresh()).options.get('alwaysUv'), on);
    }
  }

  async 'min-pin-length'(): Promise<void> {
    await (await this.#configuration()).setMinPinLength({ length: MIN_PIN_LENGTH });
    assert.equal((await this.#key.refresh()).minPinLength, MIN_PIN_LENGTH);
    await refusedAs(CtapStatus.PIN_POLICY_VIOLATION, this.#pin.changePin(encodePin(PIN), encodePin('12345')));
  }

  async reset(): Promise<void> {
    await this.#key.close();
    await cutPower(this.#target);
    this.#key = await open(this.#target);
    await reset(this.#key.ctap);
    assert.equal((await this.#key.refresh()).options.get('clientPin'), false);
  }

  get #pin(): ClientPin {
    assert.ok(this.#key.clientPin, 'the key has no PIN');
    return this.#key.clientPin;
  }

  #option(name: string): boolean | undefined {
    return this.#key.info.options.get(name);
  }

  #context() {
    return { authenticator: this.#key, interaction: new Person(PIN) };
  }

  #token(permissions: number): Promise<PinUvAuthToken> {
    return tokenByPin(this.#context(), this.#pin, { permissions });
  }

  async #configuration(): Promise<AuthenticatorConfig> {
    return new AuthenticatorConfig(this.#key, await this.#token(Permission.AUTHENTICATOR_CONFIGURATION));
  }

  async #fingerprints(): Promise<BioEnrollment> {
    const token = await this.#token(Permission.BIO_ENROLLMENT);
    return new BioEnrollment(this.#key.ctap, this.#key.info, token);
  }

  async #management(): Promise<CredentialManagement> {
    const token = await this.#token(Permission.CREDENTIAL_MANAGEMENT);
    return new CredentialManagement(this.#key.ctap, this.#key.info, token);
  }

  async #stored(management: CredentialManagement) {
    const found: { id: string; name: string | undefined }[] = [];
    for (const { rpIdHash } of await management.relyingParties()) {
      const credentials = await management.credentials(rpIdHash);
      found.push(...credentials.map(({ id, user }) => ({ id: toBase64url(id.id), name: user.name })));
    }
    return found;
  }

  #made() {
    assert.ok(this.#passkey, 'nothing was created');
    return this.#passkey;
  }
}

async function open({ address }: Target): Promise<Authenticator> {
  return Authenticator.open(await openUdpPort(parseUdpAddress(`udp:${address}`)));
}

async function cutPower({ address }: Target): Promise<void> {
  const { host, port } = parseUdpAddress(`udp:${address}`);
  const socket = createSocket('udp4');
  await new Promise((sent) => {
    socket.send(REBOOT, port, host, sent);
  });
  socket.close();
}

async function refusedAs(status: CtapStatus, attempt: Promise<unknown>): Promise<void> {
  await assert.rejects(attempt, (error) => error instanceof CtapError && error.status === status);
}
