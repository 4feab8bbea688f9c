import { strict as assert } from 'node:assert';
import { readFileSync, writeFileSync } from 'node:fs';

import type { Ctap2ProfileName } from '../../../src/softkey/profile.js';
import { PROFILE_LACKS, type Step, STEP_NAMES } from '../../conformance/steps.js';
import type { Check } from './check.js';
import { parseTokenInfo, type TokenInfo } from './fido2-token.js';
import { HIDRAW_NODE } from './gadget.js';
import { Running, succeed } from './running.js';
import type { SoftwareKey } from './software-key.js';

const FIRST_PIN = '1234é6';
const PIN = '97531-pin';
const RP_ID = 'conformance.example';
const FINGER = 'right thumb';
const MIN_PIN_LENGTH = 6;
const CLIENT_DATA_HASH = Buffer.alloc(32, 'hash').toString('base64');
const USER_ID = Buffer.from('1234').toString('base64');
const BLOB_USER_ID = Buffer.from('5678').toString('base64');

/** Files that the tools read and write. */
const CREDENTIAL = '/tmp/credential';
const BLOB_CREDENTIAL = '/tmp/blob-credential';
const ASSERTION = '/tmp/assertion';
const PUBLIC_KEY = '/tmp/public-key';
const BLOB = '/tmp/blob';

/**
 * What fido2-token, fido2-cred and fido2-assert make of the software key on real USB, step by step. They tell of a
 * failure by their exit code; what a step changed is read again.
 */
export function fido2ToolsChecks(key: SoftwareKey, profile: Ctap2ProfileName): Check[] {
  const steps = stepsWith(key, profile);
  const offered = STEP_NAMES.filter((step) => PROFILE_LACKS[profile][step] === undefined);
  return offered.map((step) => ({ name: checkName(profile, step), run: steps[step] }));
}

/** How a check of that step is called. */
export function checkName(profile: Ctap2ProfileName, step: Step): string {
  return `fido2-tools ${profile} ${step}`;
}

function stepsWith(key: SoftwareKey, profile: Ctap2ProfileName): Record<Step, () => Promise<void>> {
  // libfido2 1.12 manages credentials and fingerprints by the prototypes' numbers only.
  const options = { profile, previews: profile !== '2.0', fingerprints: profile !== '2.0', memory: 'fido2-tools' };
  const credentialId = () => lines(CREDENTIAL)[4] ?? '';
  return {
    'set-pin': async () => {
      await key.plugIn(options);
      assert.equal((await info()).options['clientPin'], false);
      await token(['-S'], FIRST_PIN, FIRST_PIN);
      assert.equal((await info()).options['clientPin'], true);
    },
    'change-pin': async () => {
      await refused(['-C'], /PIN_INVALID/, 'not the PIN', PIN, PIN);
      assert.equal(await pinRetries(), 7);
      await token(['-C'], FIRST_PIN, PIN, PIN);
      assert.equal(await pinRetries(), 8);
      await refused(['-C'], /PIN_INVALID/, FIRST_PIN, PIN, PIN);
    },
    create: async () => {
      await make(CREDENTIAL, USER_ID, []);
      await tool('fido2-cred', ['-V', '-v', '-i', CREDENTIAL, '-o', PUBLIC_KEY, 'es256']);
    },
    assert: async () => {
      // Its first line is the credential's ID.
      writeFileSync(PUBLIC_KEY, lines(PUBLIC_KEY).slice(1).join('\n'));
      for (const [flags, id] of [
        [[], [credentialId()]],
        [['-r'], []],
      ] as const) {
        writeFileSync(`${ASSERTION}.in`, [CLIENT_DATA_HASH, RP_ID, ...id, ''].join('\n'));
        const files = ['-i', `${ASSERTION}.in`, '-o', ASSERTION];
        await tool('fido2-assert', ['-G', ...flags, '-t', 'pin=true', ...files, HIDRAW_NODE], PIN);
        await tool('fido2-assert', ['-V', '-v', '-i', ASSERTION, PUBLIC_KEY, 'es256']);
      }
    },
    list: async () => {
      assert.match(await token(['-L', '-r'], PIN), new RegExp(`^00: \\S+ ${RP_ID}$`, 'm'));
      const [number, id, , userId] = (await stored()).split(' ');
      assert.deepEqual([number, id, userId], ['00:', credentialId(), USER_ID]);
    },
    rename: async () => {
      await token(['-S', '-c', '-i', credentialId(), '-k', USER_ID, '-n', 'ada.l', '-p', 'Ada L.'], PIN);
      const renamed = await stored();
      assert.ok(renamed.startsWith(`00: ${credentialId()} Ada L. ${USER_ID} `), renamed);
    },
    'large-blob': async () => {
      const text = 'a large blob, which is not large';
      await make(BLOB_CREDENTIAL, BLOB_USER_ID, ['-b']);
      const id = lines(BLOB_CREDENTIAL)[4] ?? '';
      const entry = ['-b', '-n', RP_ID, '-i', id];
      writeFileSync(BLOB, text);
      await token(['-S', ...entry, BLOB], PIN, PIN);
      await token(['-G', ...entry, `${BLOB}.read`], PIN, PIN);
      assert.equal(readFileSync(`${BLOB}.read`, 'utf8'), text);
      await token(['-D', ...entry], PIN, PIN);
      await refused(['-G', ...entry, `${BLOB}.read`], /NOTFOUND/, PIN, PIN);
      await token(['-D', '-i', id], PIN);
    },
    delete: async () => {
      await token(['-D', '-i', credentialId()], PIN);
      await refused(['-L', '-k', RP_ID], /NO_CREDENTIALS/, PIN);
    },
    'fingerprint-enrol': async () => {
      assert.match(await token(['-S', '-e'], PIN), /Sample ok\.\n$/);
      assert.equal((await info()).options['uv'], true);
    },
    'fingerprint-list': async () => {
      const [, id = ''] = /^00: (\S+)/.exec(await token(['-L', '-e'], PIN)) ?? [];
      await token(['-S', '-e', '-i', id, '-n', FINGER], PIN);
      assert.equal(await token(['-L', '-e'], PIN), `00: ${id} ${FINGER}\n`);
      await token(['-D', '-e', '-i', id], PIN);
      assert.equal((await info()).options['uv'], false);
    },
    'always-uv': async () => {
      for (const [flag, wanted] of [
        ['-S', true],
        ['-D', false],
      ] as const) {
        await token([flag, '-u'], PIN);
        assert.equal((await info()).options['alwaysUv'], wanted);
      }
    },
    'min-pin-length': async () => {
      await token(['-S', '-l', String(MIN_PIN_LENGTH)], PIN);
      assert.match(await token(['-I']), new RegExp(`^minpinlen: ${MIN_PIN_LENGTH}$`, 'm'));
      await refused(['-C'], /PIN_POLICY_VIOLATION/, PIN, '12345', '12345');
    },
    reset: async () => {
      await key.plugIn(options);
      await token(['-R']);
      assert.equal((await info()).options['clientPin'], false);
    },
  };
}

/** A discoverable credential, written to `file`: hash, RP ID, format, authenticator data, credential ID, signature. */
async function make(file: string, userId: string, flags: readonly string[]): Promise<void> {
  writeFileSync(`${file}.in`, [CLIENT_DATA_HASH, RP_ID, 'ada', userId, ''].join('\n'));
  await tool('fido2-cred', ['-M', '-r', ...flags, '-i', `${file}.in`, '-o', file, HIDRAW_NODE, 'es256'], PIN);
}

/** The credentials of our relying party as `fido2-token -L -k` prints them. */
function stored(): Promise<string> {
  return token(['-L', '-k', RP_ID], PIN);
}

async function info(): Promise<TokenInfo> {
  return parseTokenInfo(await token(['-I']));
}

async function pinRetries(): Promise<number> {
  return Number(/^pin retries: (\d+)$/m.exec(await token(['-I']))?.[1]);
}

/** fido2-token for our key, with what is typed at its prompts. */
function token(args: readonly string[], ...typed: readonly string[]): Promise<string> {
  return tool('fido2-token', [...args, HIDRAW_NODE], ...typed);
}

function tool(name: string, args: readonly string[], ...typed: readonly string[]): Promise<string> {
  return succeed(new Running(name, args, { input: typed.map((text) => `${text}\n`).join('') }));
}

async function refused(args: readonly string[], reason: RegExp, ...typed: readonly string[]): Promise<void> {
  await assert.rejects(token(args, ...typed), reason);
}

function lines(file: string): string[] {
  return readFileSync(file, 'utf8').split('\n');
}
