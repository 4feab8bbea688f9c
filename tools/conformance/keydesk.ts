import { strict as assert } from 'node:assert';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { createSocket } from 'node:dgram';

import { Authenticator } from '../../src/ctap/authenticator.js';
import { BioEnrollment, type Sample, SampleStatus } from '../../src/ctap/bio-enrollment.js';
import { create } from '../../src/ctap/client/create.js';
import { get } from '../../src/ctap/client/get.js';
import { tokenByPin } from '../../src/ctap/client/user-verification.js';
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
const SAMPLE_MS = 10_000;
const CHALLENGE = toBase64url(utf8('a challenge of 32 bytes, no less'));
const USER = { id: toBase64url(utf8('1234')), name: 'ada', displayName: 'Ada' };

/** Keydesk's own library, through the parts that window and command line use. */
export const keydesk: Client = {
  name: 'keydesk',
  unavailable: undefined,
  lacks: () => ({ rename: 'the library has no rename yet', 'large-blob': 'the library has none yet' }),
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
    const { id, response } = await create(
      {
        rp: { id: RP_ID, name: 'Conformance' },
        user: USER,
        challenge: CHALLENGE,
        pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        attestation: 'direct',
      },
      ORIGIN,
      this.#context(),
    );
    assert.ok(response.publicKey, 'the public key is none that is known');
    this.#passkey = { id, publicKey: response.publicKey };
  }

  async assert(): Promise<void> {
    const { id, publicKey } = this.#made();
    for (const allowCredentials of [[{ id, type: 'public-key' }], undefined]) {
      const options = { rpId: RP_ID, challenge: CHALLENGE, userVerification: 'required', allowCredentials };
      const signed = await get(options, ORIGIN, this.#context());
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

  rename(): Promise<void> {
    return Promise.reject(new Error('not there yet'));
  }

  'large-blob'(): Promise<void> {
    return Promise.reject(new Error('not there yet'));
  }

  async delete(): Promise<void> {
    const management = await this.#management();
    await management.delete({ type: 'public-key', id: fromBase64url(this.#made().id) });
    assert.deepEqual(await this.#stored(management), []);
  }

  async 'fingerprint-enrol'(): Promise<void> {
    const enrolment = await this.#fingerprints();
    const { id, ...first } = await enrolment.enrollBegin(SAMPLE_MS);
    let sample: Sample = first;
    while (sample.remaining > 0) {
      assert.equal(sample.status, SampleStatus.FP_GOOD);
      sample = await enrolment.captureNext(id, SAMPLE_MS);
    }
    await enrolment.setFriendlyName(id, FINGER);
    assert.equal((await this.#key.refresh()).options.get('uv'), true);
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

  'always-uv'(): Promise<void> {
    return Promise.reject(new Error('not there yet'));
  }

  'min-pin-length'(): Promise<void> {
    return Promise.reject(new Error('not there yet'));
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
