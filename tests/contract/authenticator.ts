import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Authenticator } from '../../src/ctap/authenticator.js';
import { create } from '../../src/ctap/client/create.js';
import { get } from '../../src/ctap/client/get.js';
import { fromBase64url, toBase64url, utf8 } from '../../src/ctap/codec/bytes.js';
import { tokenByPin } from '../../src/ctap/client/token-by-pin.js';
import { Permission } from '../../src/ctap/commands.js';
import { CredentialManagement, managesCredentials } from '../../src/ctap/credential-management.js';
import type { HidPort } from '../../src/ctap/hid/port.js';
import { encodePin } from '../../src/ctap/pin/pin.js';
import { reset } from '../../src/ctap/reset.js';
import { creation, ORIGIN, request, RP_ID } from '../ctap/options.js';
import { Person } from '../ctap/person.js';

/** A key fresh from a reset that anybody may write to, with somebody who touches it. */
export interface FreshKey {
  open(): Promise<HidPort>;
  /** Takes the power away and gives it back. */
  powerCycle(): void | Promise<void>;
  release?(): Promise<void>;
}

const FIRST = 'first PIN';
const SECOND = 'second PIN é';

/** The life of a security key, from its first PIN to its reset, told through the client library. */
export function describeAuthenticator(name: string, plug: () => Promise<FreshKey>): void {
  describe(`${name} as an authenticator`, () => {
    let fresh: FreshKey;
    let key: Authenticator;
    const open = async () => {
      key = await Authenticator.open(await fresh.open());
    };
    const pin = () => {
      if (!key.clientPin) throw new Error('A key without PIN');
      return key.clientPin;
    };
    beforeEach(async () => {
      fresh = await plug();
      await open();
    });
    afterEach(async () => {
      await key.close();
      await fresh.release?.();
    });

    it('says what it is, shows itself and echoes', async () => {
      expect(key.info.versions).toContain('FIDO_2_0');
      expect(key.info.aaguid).toHaveLength(16);
      expect(key.info.options.get('clientPin')).toBe(false);
      await key.wink();
      const payload = Uint8Array.from({ length: 1000 }, (_, index) => index);
      expect(await key.ping(payload)).toEqual(payload);
    });

    it('lives: PIN set, credential made, signed in with, listed, deleted, PIN changed, reset', async () => {
      // The PIN is set in the middle of the first registration.
      const person = new Person(FIRST);
      const made = await create(creation(), ORIGIN, { authenticator: key, interaction: person });
      expect(person.askedForNew).toHaveLength(1);
      expect(person.asked).toEqual([]);
      expect(key.info.options.get('clientPin')).toBe(true);

      // With an allow list, and without one.
      for (const allowCredentials of [[{ id: made.id, type: 'public-key' }], undefined]) {
        const context = { authenticator: key, interaction: new Person(FIRST) };
        const signed = await get(request({ allowCredentials }), ORIGIN, context);
        expect(signed.id).toBe(made.id);
        expect(signed.response.userHandle).toBe(toBase64url(utf8('user-1')));
        expect((fromBase64url(signed.response.authenticatorData)[32] ?? 0) & 0x05).toBe(0x05); // UP and UV
      }

      // The same account again is refused when the relying party excludes it.
      const excludeCredentials = [{ id: made.id, type: 'public-key' }];
      const again = create(creation({ excludeCredentials }), ORIGIN, {
        authenticator: key,
        interaction: new Person(FIRST),
      });
      await expect(again).rejects.toMatchObject({ name: 'ClientError', code: 'already-registered' });

      await pin().changePin(encodePin(FIRST), encodePin(SECOND));

      if (managesCredentials(key.info)) {
        const context = { authenticator: key, interaction: new Person(SECOND) };
        const token = await tokenByPin(context, pin(), { permissions: Permission.CREDENTIAL_MANAGEMENT });
        const management = new CredentialManagement(key.ctap, key.info, token);
        expect((await management.metadata()).existing).toBe(1);
        const [rp, ...otherRps] = await management.relyingParties();
        expect([rp?.id, otherRps.length]).toEqual([RP_ID, 0]);
        const [stored, ...others] = await management.credentials(rp?.rpIdHash ?? new Uint8Array());
        expect(others).toEqual([]);
        if (!stored) throw new Error('Nothing listed');
        expect(toBase64url(stored.id.id)).toBe(made.id);
        expect(stored.user).toMatchObject({ id: utf8('user-1'), name: 'ada@example.com' });
        await management.delete(stored.id);
        expect(await management.relyingParties()).toEqual([]);
      }

      await fresh.powerCycle();
      await key.close();
      await open();
      await reset(key.ctap);
      expect((await key.refresh()).options.get('clientPin')).toBe(false);
      const gone = get(request({ userVerification: 'discouraged' }), ORIGIN, {
        authenticator: key,
        interaction: new Person(),
      });
      await expect(gone).rejects.toMatchObject({ name: 'ClientError', code: 'no-credentials' });
    });

    it('makes and uses a credential that is not discoverable', async () => {
      const options = creation({
        authenticatorSelection: { residentKey: 'discouraged', userVerification: 'discouraged' },
      });
      const made = await create(options, ORIGIN, { authenticator: key, interaction: new Person() });
      const allowCredentials = [{ id: made.id, type: 'public-key' }];
      const context = { authenticator: key, interaction: new Person() };
      const signed = await get(request({ allowCredentials, userVerification: 'preferred' }), ORIGIN, context);
      expect(signed.id).toBe(made.id);
      const unknown = get(request({ userVerification: 'discouraged' }), ORIGIN, context);
      await expect(unknown).rejects.toMatchObject({ code: 'no-credentials' });
    });

    it('counts wrong PINs, wants to be unplugged after three, and takes the right one after that', async () => {
      await pin().setPin(encodePin(FIRST));
      await key.refresh();
      const person = new Person('wrong 1', 'wrong 2', 'wrong 3', FIRST);
      const signIn = get(request(), ORIGIN, { authenticator: key, interaction: person });
      await expect(signIn).rejects.toMatchObject({ name: 'ClientError', code: 'pin-replug' });
      expect(person.asked).toEqual([
        { wrong: false, retries: undefined },
        { wrong: true, retries: 7 },
        { wrong: true, retries: 6 },
      ]);
      await expect(pin().changePin(encodePin(FIRST), encodePin(SECOND))).rejects.toMatchObject({ status: 0x34 });
      await fresh.powerCycle();
      await key.close();
      await open();
      expect((await pin().pinRetries()).retries).toBe(5);
      const made = await create(creation(), ORIGIN, { authenticator: key, interaction: new Person(FIRST) });
      expect(made.id).not.toBe('');
      expect((await pin().pinRetries()).retries).toBe(8);
    });

    it('goes on with a channel that it has lost with its power', async () => {
      await fresh.powerCycle();
      const outcome = await key.refresh().then(
        (info) => info.aaguid.length,
        (error: unknown) => (error as { code?: string }).code,
      );
      expect([16, 'device-removed']).toContain(outcome); // the cable decides which
    });
  });
}
