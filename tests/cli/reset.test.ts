import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { toBase64url, utf8 } from '../../src/ctap/codec/bytes.js';
import { Authenticator } from '../../src/ctap/authenticator.js';
import { create } from '../../src/ctap/client/create.js';
import { openUdpPort, parseUdpAddress } from '../../src/ctap/hid/udp-port.js';
import { creation, ORIGIN, PIN } from '../ctap/options.js';
import { Person } from '../ctap/person.js';
import { type Ended, Run, run, type SimulatedKey, simulatedKey } from './harness.js';

let one: SimulatedKey;

beforeEach(async () => {
  one = await simulatedKey('2.1');
  const authenticator = await Authenticator.open(await openUdpPort(parseUdpAddress(one.id)));
  await create(creation(), ORIGIN, { authenticator, interaction: new Person(PIN) });
  await authenticator.close();
});
afterEach(() => one.close());

/** The lines of JSON that a command printed. */
function lines({ stdout }: Ended): unknown[] {
  return stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as unknown); // prettier-ignore
}

async function hasPin(): Promise<boolean | undefined> {
  const authenticator = await Authenticator.open(await openUdpPort(parseUdpAddress(one.id)));
  await authenticator.close();
  return authenticator.info.options.get('clientPin');
}

describe('keydesk reset', () => {
  it('tells what will be lost, leads through the steps, and ends with what the key says afterwards', async () => {
    const program = new Run(['reset', '--key', one.id], {}, { rawModes: [] });
    await program.says('Type erase to go on: ');
    program.stdin.write('erase\n');
    expect(program.told).toContain('This erases everything on Simulated security key');
    expect(program.told).toContain('  the PIN\n');
    await program.says('Unplug the key now.');
    one.key.powerCycle();
    await program.says('Touch the key now.');
    const { status, stdout } = await program.ended;
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('was reset') as unknown });
    await expect(hasPin()).resolves.toBe(false);
  });

  it('with --list asks for the PIN and names the passkeys; with --json every step is a line', async () => {
    const program = new Run(['reset', '--json', '--list', '--key', one.id]);
    program.stdin.end(`${PIN}\nerase\n`);
    await program.says('"armed"');
    one.key.powerCycle();
    const ended = await program.ended;
    expect(ended.status).toBe(0);
    const passkey = { rpId: 'login.example.com', userName: 'ada@example.com', userDisplayName: 'Ada' };
    expect(lines(ended)).toEqual([
      {
        step: 'plan',
        key: one.id,
        losses: {
          passkeys: [{ ...passkey, credentialId: expect.any(String) as string }],
          pin: true,
          fingerprints: false,
          blobs: 0,
          slotsLeft: 24,
        },
      },
      { step: 'armed', needs: 'unplug', deadline: expect.any(Number) as number },
      { step: 'unplugged', needs: 'plug', deadline: expect.any(Number) as number },
      { step: 'resetting', deadline: expect.any(Number) as number },
      { step: 'touch', needs: 'touch', deadline: expect.any(Number) as number },
      { step: 'proving', deadline: expect.any(Number) as number },
      {
        key: one.id,
        reset: {
          changes: [
            { member: 'options.clientPin', before: true, after: false },
            { member: 'remainingDiscoverableCredentials', before: 24, after: 25 },
          ],
        },
      },
    ]);
  });

  it.each(['yes', 'ERASE!', ''])('erases nothing when "%s" is typed instead of the word', async (word) => {
    const ended = await run(['reset', '--key', one.id], { lines: [word] });
    expect(ended.status).toBe(1);
    expect(ended.stderr).not.toContain('Unplug');
    await expect(hasPin()).resolves.toBe(true);
  });

  it('knows no --yes', async () => {
    expect(await run(['reset', '--yes', '--key', one.id], { lines: ['erase'] })).toMatchObject({ status: 2 });
  });

  it('leaves the key as it was when it is interrupted', async () => {
    const program = new Run(['reset', '--key', one.id], {}, { rawModes: [] });
    await program.says('Type erase to go on: ');
    program.stdin.write('erase\n');
    await program.says('Unplug the key now.');
    program.interrupt();
    expect((await program.ended).status).toBe(130);
    await expect(hasPin()).resolves.toBe(true);
  });
});

it('names of passkeys cannot disguise themselves at the terminal', async () => {
  const authenticator = await Authenticator.open(await openUdpPort(parseUdpAddress(one.id)));
  const user = { id: toBase64url(utf8('user-2')), name: 'eve\u001b[2Jhidden', displayName: 'Eve' };
  await create(creation({ user }), ORIGIN, { authenticator, interaction: new Person(PIN) });
  await authenticator.close();
  const { stderr } = await run(['reset', '--list', '--key', one.id], { lines: [PIN, 'no'] });
  expect(stderr).toContain('2 passkeys');
  expect(stderr).not.toContain('\u001b');
});
