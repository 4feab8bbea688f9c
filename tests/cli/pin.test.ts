import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { type FakeTerminal, json, Run, run, type SimulatedKey, simulatedKey } from './harness.js';

let key: SimulatedKey;

beforeEach(async () => {
  key = await simulatedKey();
});

afterEach(async () => {
  await key.close();
});

const pin = (command: string, lines: readonly string[] = [], ...options: string[]) =>
  run(['pin', command, '--json', '--key', key.id, ...options], { lines });

describe('keydesk pin', () => {
  it('sets the PIN from a line of standard input, and says what the key says afterwards', async () => {
    const ended = await pin('set', ['geheim-1']);
    expect(ended.status).toBe(0);
    expect(json(ended)).toEqual({
      key: key.id,
      pin: { state: 'set', retries: 8, replugNeeded: false, changeRequired: false },
    });
  });

  it('sets no second PIN', async () => {
    await pin('set', ['geheim-1']);
    const ended = await pin('set', ['geheim-2']);
    expect(ended.status).toBe(1);
    expect(json(ended)).toMatchObject({ error: { code: 'pin/already-set' } });
  });

  it.each([['123'], ['ä'.repeat(32)]])('refuses a PIN that cannot be one, without repeating it: %s', async (text) => {
    const ended = await pin('set', [text]);
    expect(json(ended)).toMatchObject({ error: { code: 'pin/policy' } });
    expect(ended.stdout).not.toContain(text);
    expect(json(await pin('retries'))).toMatchObject({ pin: { state: 'unset' } });
  });

  it('changes the PIN: the current one is the first line, the new one the second', async () => {
    await pin('set', ['geheim-1']);
    expect(await pin('change', ['geheim-1', 'geheim-2'])).toMatchObject({ status: 0 });
    expect(await pin('change', ['geheim-2', 'geheim-3'])).toMatchObject({ status: 0 });
  });

  it('changes nothing on a key without a PIN', async () => {
    expect(json(await pin('change', ['geheim-1', 'geheim-2']))).toMatchObject({ error: { code: 'pin/not-set' } });
  });

  it('shows the tries left after a wrong PIN, and tries no more by itself', async () => {
    await pin('set', ['geheim-1']);
    const ended = await pin('change', ['falsch-1', 'geheim-2', 'geheim-1', 'geheim-1']);
    expect(ended.status).toBe(1);
    expect(json(ended)).toMatchObject({ error: { code: 'pin/wrong', retries: 7 } });
    expect(json(await pin('retries'))).toMatchObject({ pin: { retries: 7 } });
  });

  it('says when standard input ends before the answers', async () => {
    await pin('set', ['geheim-1']);
    expect(await pin('change', ['geheim-1'])).toMatchObject({ status: 2 });
    expect(json(await pin('retries'))).toMatchObject({ pin: { retries: 8 } });
  });

  it('asks for no PIN before the key was unplugged, once three were wrong in a row', async () => {
    await pin('set', ['geheim-1']);
    for (let count = 0; count < 3; count++) await pin('change', ['falsch-1', 'geheim-2']);
    expect(json(await pin('change', ['geheim-1', 'geheim-2']))).toMatchObject({
      error: { code: 'pin/replug', retries: 5 },
    });
    key.key.powerCycle();
    expect(await pin('change', ['geheim-1', 'geheim-2'])).toMatchObject({ status: 0 });
  });
});

describe('the last tries', () => {
  /** Spends all but three. */
  beforeEach(async () => {
    await pin('set', ['geheim-1']);
    for (let count = 0; count < 5; count++) {
      await pin('change', ['falsch-1', 'geheim-2']);
      key.key.powerCycle();
    }
  });

  it('are not spent without an explicit yes', async () => {
    const ended = await pin('change', ['falsch-1', 'geheim-2']);
    expect(ended.status).toBe(1);
    expect(json(ended)).toMatchObject({ error: { code: 'pin/last-tries', retries: 3 } });
    expect(json(await pin('retries'))).toMatchObject({ pin: { retries: 3 } });
  });

  it('may be spent with --spend-last-tries, and then the key is blocked', async () => {
    for (const retries of [2, 1]) {
      expect(json(await pin('change', ['falsch-1', 'geheim-2'], '--spend-last-tries'))).toMatchObject({
        error: { code: 'pin/wrong', retries },
      });
    }
    key.key.powerCycle();
    for (let count = 0; count < 2; count++) {
      expect(json(await pin('change', ['falsch-1', 'geheim-2'], '--spend-last-tries'))).toMatchObject({
        error: { code: 'pin/blocked', retries: 0 },
      });
    }
  });

  it('are spent after a person says yes, and not after anything else', async () => {
    const refusing = new Run(['pin', 'change', '--key', key.id], {}, { rawModes: [] });
    await refusing.says('3 tries left.');
    refusing.stdin.write('y\n');
    expect(await refusing.ended).toMatchObject({ status: 1, stdout: '' });
    const agreeing = new Run(['pin', 'change', '--key', key.id], {}, { rawModes: [] });
    await agreeing.says('3 tries left.');
    agreeing.stdin.write('yes\n');
    await agreeing.answers('Current PIN: ', 'geheim-1');
    await agreeing.answers('New PIN (4 characters or more): ', 'geheim-2');
    await agreeing.answers('New PIN again: ', 'geheim-2');
    expect(await agreeing.ended).toMatchObject({ status: 0, stdout: 'PIN: Set. 8 tries left.\n' });
  });
});

describe('at a terminal', () => {
  let terminal: FakeTerminal;
  const start = (...args: string[]) => new Run([...args, '--key', key.id], {}, terminal);

  beforeEach(() => {
    terminal = { rawModes: [] };
  });

  it('a PIN is typed unseen, twice, and is nowhere in what is printed', async () => {
    const program = start('pin', 'set');
    await program.answers('New PIN (4 characters or more): ', 'geheim-1');
    await program.answers('New PIN again: ', 'geheim-1');
    const { status, stdout, stderr } = await program.ended;
    expect(status).toBe(0);
    expect(stdout + stderr).not.toContain('geheim');
    expect(terminal.rawModes).toEqual([true, false, true, false]);
  });

  it('two PINs that differ change nothing', async () => {
    const program = start('pin', 'set');
    await program.answers('New PIN (4 characters or more): ', 'geheim-1');
    await program.answers('New PIN again: ', 'geheim-2');
    expect(await program.ended).toMatchObject({ status: 1 });
    expect(json(await pin('retries'))).toMatchObject({ pin: { state: 'unset' } });
  });

  it('typing errors are taken back by Backspace and Ctrl-U, and arrow keys type nothing', async () => {
    const program = start('pin', 'set');
    await program.says('New PIN (4');
    program.stdin.write('quatsch\x15geheinm\x7f\x7fm\x1b[D-1\r');
    await program.answers('New PIN again: ', 'geheim-1');
    expect(await program.ended).toMatchObject({ status: 0 });
    expect(await pin('change', ['geheim-1', 'geheim-2'])).toMatchObject({ status: 0 });
  });

  it('Ctrl-C while a PIN is typed ends with 130, and the terminal is as it was', async () => {
    const program = start('pin', 'set');
    await program.says('New PIN (4');
    program.stdin.write('gehe\x03');
    expect(await program.ended).toMatchObject({ status: 130, stdout: '' });
    expect(terminal.rawModes).toEqual([true, false]);
  });

  it('a signal from outside while a PIN is typed does the same', async () => {
    const program = start('pin', 'set');
    await program.says('New PIN (4');
    program.interrupt();
    expect(await program.ended).toMatchObject({ status: 130 });
    expect(terminal.rawModes).toEqual([true, false]);
  });

  it('Ctrl-D instead of a PIN cancels', async () => {
    const program = start('pin', 'set');
    await program.answers('New PIN (4', '\x04');
    expect(await program.ended).toMatchObject({ status: 1, stderr: expect.stringContaining('Cancelled.') as unknown });
  });
});
