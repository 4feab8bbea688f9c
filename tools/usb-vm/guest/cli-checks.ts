import { strict as assert } from 'node:assert';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { writeFileSync } from 'node:fs';

import type { Check } from './check.js';
import { parseTokenInfo, parseTokenList, type TokenInfo } from './fido2-token.js';
import { HIDRAW_NODE } from './gadget.js';
import { Assertion, CredentialList, errorOf, keydesk, KeyInfo, KeyList, Registration, resultOf } from './keydesk.js';
import { Running, succeed } from './running.js';
import { IDENTITY, type SoftwareKey } from './software-key.js';

const PIN = '481516';
const WRONG_PIN = '000000';
const RP_ID = 'login.example.com';
const CHALLENGE = 'cGxlYXNlIHNpZ24gdGhpcw';

const creationOptions = {
  rp: { id: RP_ID, name: 'Example' },
  user: { id: 'dXNlci0x', name: 'alex', displayName: 'Alex' },
  challenge: CHALLENGE,
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
};
const requestOptions = { rpId: RP_ID, challenge: CHALLENGE, userVerification: 'required' };

/** The built `keydesk` on the real node-hid: what a person at a computer with a key does. */
export function cliChecks(key: SoftwareKey): Check[] {
  let passkey: Registration | undefined;
  return [
    {
      name: 'keydesk keys lists the key with product and serial number',
      run: async () => {
        await key.plugIn();
        const { keys } = await resultOf(keydesk(['keys']), KeyList);
        assert.deepEqual(keys, [{ id: `usb:${HIDRAW_NODE}`, ...IDENTITY }]);
      },
    },
    {
      name: 'fido2-token lists the same key',
      run: async () => {
        const listed = parseTokenList(await succeed(new Running('fido2-token', ['-L'])));
        const names = `${IDENTITY.manufacturer} ${IDENTITY.product}`;
        assert.deepEqual(
          listed.map((token) => [token.path, token.names]),
          [[HIDRAW_NODE, names]],
        );
      },
    },
    {
      name: 'keydesk info says of the key what fido2-token says',
      run: async () => {
        const { info } = await resultOf(keydesk(['info']), KeyInfo);
        assert.deepEqual(await witnessed(), {
          aaguid: info.aaguid.replaceAll('-', ''),
          versions: info.versions,
          extensions: info.extensions,
          options: info.options,
          pinProtocols: info.pinUvAuthProtocols,
          maxMessageSize: info.maxMsgSize,
        });
      },
    },
    {
      name: 'keydesk pin set takes the PIN from standard input, and the key then has one',
      run: async () => {
        await succeed(keydesk(['pin', 'set'], { input: `${PIN}\n` }));
        assert.equal((await witnessed()).options['clientPin'], true);
      },
    },
    {
      name: 'keydesk webauthn create makes a passkey with PIN and touch',
      run: async () => {
        passkey = await resultOf(ceremony('create', creationOptions), Registration);
      },
    },
    {
      name: 'keydesk webauthn get signs in with it, and its public key verifies the signature',
      run: async () => {
        assert.ok(passkey, 'there is no passkey');
        const assertion = await resultOf(ceremony('get', requestOptions), Assertion);
        assert.equal(assertion.id, passkey.id);
        assert.ok(isSignedBy(passkey.response.publicKey, assertion), 'the signature is wrong');
      },
    },
    {
      name: 'keydesk credentials list shows it',
      run: async () => {
        const list = keydesk(['credentials', 'list'], { input: `${PIN}\n` });
        const { credentials } = await resultOf(list, CredentialList);
        assert.deepEqual(credentials, [
          { credentialId: passkey?.id, rpId: RP_ID, userName: creationOptions.user.name },
        ]);
      },
    },
    {
      name: 'keydesk tells of a wrong PIN and the tries left, and does not try the next line',
      run: async () => {
        const { code, retries } = await errorOf(ceremony('get', requestOptions, `${WRONG_PIN}\n${PIN}\n`));
        assert.deepEqual({ code, retries }, { code: 'pin/wrong', retries: 7 });
      },
    },
    {
      name: 'a key pulled out while keydesk waits for its touch ends keydesk with one clear error',
      run: async () => {
        await key.plugIn({ touch: 'never' });
        const waiting = ceremony('get', requestOptions);
        await waiting.says(/Touch the key/);
        await key.pullOut();
        // Had it only noticed the silence, the code would be key/no-answer.
        assert.equal((await errorOf(waiting)).code, 'key/removed');
      },
    },
    {
      name: 'keydesk says so when no key is plugged in',
      run: async () => {
        assert.deepEqual(await resultOf(keydesk(['keys']), KeyList), { keys: [] });
        assert.equal((await errorOf(keydesk(['info']))).code, 'key/removed');
      },
    },
    {
      name: 'the command that was cut short works when the key is back',
      run: async () => {
        await key.plugIn();
        const { id } = await resultOf(ceremony('get', requestOptions), Assertion);
        assert.equal(id, passkey?.id);
      },
    },
  ];
}

function ceremony(name: 'create' | 'get', options: object, input = `${PIN}\n`): Running {
  const file = `/tmp/${name}.json`;
  writeFileSync(file, JSON.stringify(options));
  return keydesk(['webauthn', name, file, '--origin', `https://${RP_ID}`], { input });
}

/** What Debian's fido2-token says of the key. */
async function witnessed(): Promise<TokenInfo> {
  return parseTokenInfo(await succeed(new Running('fido2-token', ['-I', HIDRAW_NODE])));
}

/** WebAuthn Level 3 §7.2 step 21: the signature is over the authenticator data and the hash of the client data. */
function isSignedBy(publicKey: string, { response }: Assertion): boolean {
  const bytes = (text: string): Buffer => Buffer.from(text, 'base64url');
  const clientDataHash = createHash('sha256').update(bytes(response.clientDataJSON)).digest();
  const signed = Buffer.concat([bytes(response.authenticatorData), clientDataHash]);
  const key = createPublicKey({ key: bytes(publicKey), format: 'der', type: 'spki' });
  return verify('sha256', signed, key, bytes(response.signature));
}
