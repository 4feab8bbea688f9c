import { describe, expect, it } from 'vitest';

import { Authenticator } from '../../../src/ctap/authenticator.js';
import { create } from '../../../src/ctap/client/create.js';
import { get } from '../../../src/ctap/client/get.js';
import { selectByTouch } from '../../../src/ctap/client/select-by-touch.js';
import type { CreationOptionsJSON } from '../../../src/ctap/client/webauthn-json.js';
import { decodeAuthenticatorData } from '../../../src/ctap/codec/authenticator-data.js';
import { fromBase64url } from '../../../src/ctap/codec/bytes.js';
import { type CborMap, decode } from '../../../src/ctap/codec/cbor.js';
import { Capability } from '../../../src/ctap/hid/constants.js';
import { encodeAnswer } from '../../../src/ctap/u2f/apdu.js';
import { MemoryPort } from '../../../src/softkey/ports/memory-port.js';
import { SoftKey, type SoftKeyOptions } from '../../../src/softkey/soft-key.js';
import { AskPresence } from '../../../src/softkey/user-presence.js';
import { FakeKey } from '../fake-key.js';
import { creation, ORIGIN, request } from '../options.js';
import { Person } from '../person.js';

async function open(options: Partial<SoftKeyOptions> = {}) {
  const key = new SoftKey({ profile: 'u2f', ...options });
  return { key, authenticator: await Authenticator.open(new MemoryPort(key)) };
}

/** What asks for no more than a second factor. */
const second = (changes: Partial<CreationOptionsJSON> = {}) =>
  creation({ authenticatorSelection: { userVerification: 'discouraged' }, attestation: 'direct', ...changes });

function attestationOf({ response }: Awaited<ReturnType<typeof create>>) {
  const object = decode(fromBase64url(response.attestationObject)) as CborMap;
  return { fmt: object.get('fmt'), statement: object.get('attStmt') as CborMap };
}

describe('a key that speaks U2F only', () => {
  it('is described like any other', async () => {
    const { authenticator } = await open();
    expect(authenticator.speaksCtap2).toBe(false);
    expect(authenticator.info).toMatchObject({ versions: ['U2F_V2'], algorithms: [-7], maxCredentialIdLength: 255 });
    expect(authenticator.clientPin).toBeUndefined();
    await expect(authenticator.refresh()).resolves.toBe(authenticator.info);
    await expect(authenticator.ctap.send(4)).rejects.toMatchObject({ name: 'TransportError', code: 'refused' });
  });

  it('makes a credential and signs in with it', async () => {
    const { authenticator } = await open();
    const interaction = new Person();
    const made = await create(second(), ORIGIN, { authenticator, interaction });
    const { fmt, statement } = attestationOf(made);
    expect([fmt, [...statement.keys()]]).toEqual(['fido-u2f', ['sig', 'x5c']]);
    const data = decodeAuthenticatorData(fromBase64url(made.response.authenticatorData));
    expect(data).toMatchObject({ flags: 0x41, signCount: 0, attestedCredential: { aaguid: new Uint8Array(16) } });

    const options = request({ userVerification: 'preferred', allowCredentials: [{ id: made.id, type: 'public-key' }] });
    const signed = await get(options, ORIGIN, { authenticator, interaction });
    expect(signed.id).toBe(made.id);
    expect(decodeAuthenticatorData(fromBase64url(signed.response.authenticatorData)).flags).toBe(0x01);
    expect(interaction.asked).toEqual([]);
  });

  it('passes no statement on to whoever wants none', async () => {
    const { authenticator } = await open();
    const made = await create(second({ attestation: 'none' }), ORIGIN, { authenticator, interaction: new Person() });
    expect(attestationOf(made)).toEqual({ fmt: 'none', statement: new Map() });
  });

  it('finds the right one of many allowed credentials', async () => {
    const { authenticator } = await open();
    const context = { authenticator, interaction: new Person() };
    const { id } = await create(second(), ORIGIN, context);
    const strangers = ['AAAA', 'A'.repeat(400)].map((other) => ({ id: other, type: 'public-key' }));
    const allowCredentials = [...strangers, { id, type: 'public-key' }];
    const signed = await get(request({ userVerification: 'discouraged', allowCredentials }), ORIGIN, context);
    expect(signed.id).toBe(id);
  });

  it('says that it is registered, or has none of the credentials, only after a touch', async () => {
    const presence = new AskPresence();
    const { authenticator } = await open({ presence });
    const interaction = new Person();
    interaction.onTouch = () => { presence.press(); }; // prettier-ignore
    const context = { authenticator, interaction };
    const { id } = await create(second(), ORIGIN, context);
    const excludeCredentials = [{ id, type: 'public-key' }];
    await expect(create(second({ excludeCredentials }), ORIGIN, context)).rejects.toMatchObject({
      code: 'already-registered',
    });
    expect(interaction.touches).toBe(2);
    const allowCredentials = [{ id: 'AAAA', type: 'public-key' }];
    await expect(
      get(request({ userVerification: 'discouraged', allowCredentials }), ORIGIN, context),
    ).rejects.toMatchObject({ code: 'no-credentials' });
    expect(interaction.touches).toBe(3);
  });

  it.each([
    ['user verification', { authenticatorSelection: { userVerification: 'required' } }],
    ['a discoverable credential', { authenticatorSelection: { residentKey: 'required' } }],
    ['another algorithm', { pubKeyCredParams: [{ type: 'public-key', alg: -257 }] }],
  ])('is not asked for %s', async (_what, changes) => {
    const { authenticator } = await open();
    await expect(create(second(changes), ORIGIN, { authenticator, interaction: new Person() })).rejects.toMatchObject({
      code: 'unsupported',
    });
  });

  it('is not asked to sign in without a name, or to verify the person', async () => {
    const { authenticator } = await open();
    const context = { authenticator, interaction: new Person() };
    const allowCredentials = [{ id: 'AAAA', type: 'public-key' }];
    for (const options of [request({ userVerification: 'discouraged' }), request({ allowCredentials })])
      await expect(get(options, ORIGIN, context)).rejects.toMatchObject({ code: 'unsupported' });
  });

  it('can be selected by touch among others', async () => {
    const [one, other] = [new AskPresence(), new AskPresence()];
    const keys = [await open({ presence: one }), await open({ profile: '2.1', presence: other })];
    const asked = new Promise<void>((resolve) => {
      void selectByTouch(keys, { onTouchNeeded: resolve }).then((chosen) => {
        expect(chosen).toBe(keys[0]);
      });
    });
    await asked;
    while (!one.waiting) await new Promise(setImmediate);
    one.press();
    while (other.waiting) await new Promise(setImmediate);
    await expect(keys[1]?.authenticator.ping(Uint8Array.of(1))).resolves.toEqual(Uint8Array.of(1));
  });
});

it('a credential of U2F serves CTAP2 on a key that speaks both', async () => {
  const { key, authenticator } = await open({ profile: '2.0' });
  expect(authenticator.info.versions).toEqual(['U2F_V2', 'FIDO_2_0']);
  const port = Object.assign(new MemoryPort(key), { usbId: { vendor: 0x20a0, product: 0x4287 } });
  const old = await Authenticator.open(port);
  expect(old.speaksCtap2).toBe(false); // one of the list: it is not asked for CTAP2
  const { id } = await create(second(), ORIGIN, { authenticator: old, interaction: new Person() });
  const allowCredentials = [{ id, type: 'public-key' }];
  const options = request({ userVerification: 'discouraged', allowCredentials });
  await expect(get(options, ORIGIN, { authenticator, interaction: new Person() })).resolves.toMatchObject({ id });
});

it.each([
  ['neither CTAP2 nor U2F', Capability.NMSG, 0x9000],
  ['a U2F that nobody knows', 0, 0x6d00],
])('a key with %s is refused, and given back', async (_what, capabilities, status) => {
  const key = new FakeKey();
  key.onInit = (message) => { key.init(message, capabilities); }; // prettier-ignore
  key.script = ({ cid, command }) => { key.send(cid, command, encodeAnswer(status)); }; // prettier-ignore
  await expect(Authenticator.open(key)).rejects.toMatchObject({ name: 'TransportError', code: 'refused' });
  expect(key.closed).toBe(1);
});
