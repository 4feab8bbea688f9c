import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { SampleStatus } from '../../src/ctap/bio-enrollment.js';
import { ScriptedSensor } from '../../src/softkey/fingerprint-sensor.js';
import { listenUdp } from '../../src/softkey/ports/udp-server.js';
import { SoftKey } from '../../src/softkey/soft-key.js';
import { PIN } from '../ctap/options.js';
import { INDEX, THUMB } from '../softkey/fingers.js';
import { json, run, Run } from './harness.js';

let sensor: ScriptedSensor;
let server: Awaited<ReturnType<typeof listenUdp>>;
let key: string;

beforeEach(async () => {
  sensor = new ScriptedSensor();
  const softKey = new SoftKey({ profile: '2.1', fingerprints: { samples: 2, maxNameLength: 16 }, sensor });
  server = await listenUdp(softKey, { host: '127.0.0.1', port: 0 });
  key = `udp:127.0.0.1:${server.port}`;
  await run(['pin', 'set', '--key', key], { lines: [PIN] });
});
afterEach(() => server.close());

const fingerprints = (args: readonly string[], lines: readonly string[] = [PIN]) =>
  run(['fingerprints', ...args, '--key', key, '--json'], { lines });
const listed = async () =>
  (json(await fingerprints(['list'])) as { fingerprints: { fingerprintId: string; name?: string }[] }).fingerprints;

async function addThumb(name = 'thumb'): Promise<string> {
  sensor.put(THUMB, THUMB);
  const ended = await fingerprints(['add', '--name', name]);
  return (json(ended) as { added: { fingerprintId: string } }).added.fingerprintId;
}

describe('keydesk fingerprints', () => {
  it('adds a finger, telling each sample, and lists it', async () => {
    sensor.put({ ...INDEX, status: SampleStatus.FP_TOO_FAST }, INDEX, INDEX);
    const ended = await run(['fingerprints', 'add', '--name', 'index', '--key', key], { lines: [PIN] });
    expect(ended.status).toBe(0);
    expect(ended.stdout).toContain('Added the fingerprint "index".');
    const told = ended.stderr.split('\n').filter((line) => line !== '');
    const wanted = 'Put your finger on the key now.';
    expect(told).toEqual([
      wanted,
      'Too fast: leave your finger on the sensor a little longer. 2 more times.',
      wanted,
      'Good. Once more.',
      wanted,
      'Good. That was the last time.',
    ]);
    expect(await listed()).toMatchObject([{ name: 'index' }]);
    const { stdout } = await run(['fingerprints', 'list', '--key', key], { lines: [PIN] });
    expect(stdout).toContain('"index"');
  });

  it('says that there are none, and what the sensor is like', async () => {
    expect(json(await fingerprints(['list']))).toEqual({
      key,
      sensor: { kind: 1, maxSamples: 2, maxNameLength: 16 },
      fingerprints: [],
    });
  });

  it('renames', async () => {
    const id = await addThumb();
    expect(json(await fingerprints(['rename', id, 'Daumen']))).toMatchObject({ renamed: { name: 'Daumen' } });
    expect(await listed()).toEqual([{ fingerprintId: id, name: 'Daumen' }]);
  });

  it('prints names without what would rewrite the screen', async () => {
    await addThumb('\x1b[2Jthumb\u202e');
    const { stdout } = await run(['fingerprints', 'list', '--key', key], { lines: [PIN] });
    expect(stdout).toContain('\ufffd[2Jthumb\ufffd');
  });

  it('deletes with --yes, or with a yes of the person', async () => {
    const id = await addThumb();
    const program = new Run(['fingerprints', 'delete', id, '--key', key], {}, { rawModes: [] });
    await program.answers('PIN: ', PIN);
    await program.says('Delete the fingerprint "thumb" from this key?');
    program.stdin.write('no\n');
    expect((await program.ended).status).toBe(1);
    expect(await listed()).toHaveLength(1);
    expect(json(await fingerprints(['delete', id, '--yes']))).toMatchObject({ deleted: { fingerprintId: id } });
    expect(await listed()).toEqual([]);
  });

  it.each<[string, string[], string | RegExp]>([
    ['a deletion that nobody can say yes to', ['delete', 'AAAA'], 'usage'],
    ['an ID that is none', ['delete', 'not base64url', '--yes'], 'usage'],
    ['a fingerprint that is not there', ['delete', 'AAAA', '--yes'], 'key/no-fingerprint'],
    ['a name without letters', ['rename', 'AAAA', ''], 'usage'],
    ['a name that is too long', ['add', '--name', 'äöüäöüäöü'], 'key/too-much'],
  ])('%s is explained', async (_what, args, code) => {
    expect(json(await fingerprints(args))).toMatchObject({ error: { code } });
  });

  it('is for keys with a sensor and a PIN', async () => {
    for (const [options, code] of [
      [{ profile: '2.1' }, 'key/unsupported'],
      [{ profile: '2.1', fingerprints: true }, 'pin/not-set'],
    ] as const) {
      const other = await listenUdp(new SoftKey(options), { host: '127.0.0.1', port: 0 });
      const ended = await run(['fingerprints', 'list', '--key', `udp:127.0.0.1:${other.port}`, '--json']);
      expect(json(ended)).toMatchObject({ error: { code } });
      await other.close();
    }
  });

  it('serves afterwards: a passkey is made by finger alone', async () => {
    await addThumb();
    sensor.put(INDEX, THUMB);
    const options = {
      rp: { id: 'example.com', name: 'Example' },
      user: { id: 'AQ', name: 'ada', displayName: 'Ada' },
      challenge: 'AAAA',
      pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    };
    const made = await run(['webauthn', 'create', '-', '--origin', 'https://example.com', '--key', key], {
      lines: [JSON.stringify(options)],
    });
    expect(made.status).toBe(0);
    expect(made.stderr).toContain('The fingerprint was not recognised. 4 tries left.');
  });
});
