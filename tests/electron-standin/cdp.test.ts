import { once } from 'node:events';
import { PassThrough } from 'node:stream';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { CdpError, MessageSplitter, PipeConnection } from '../../tools/electron-standin/cdp.js';

describe('cutting the pipe into messages', () => {
  test('gives the same messages wherever the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\0', '')),
          { minLength: 1 },
        ),
        fc.array(fc.nat()),
        (texts, cuts) => {
          const bytes = Buffer.from(texts.map((text) => `${text}\0`).join(''));
          const at = [...new Set([0, ...cuts.map((cut) => cut % bytes.length), bytes.length])].sort((a, b) => a - b);
          const splitter = new MessageSplitter();
          const messages = at.slice(1).flatMap((end, index) => splitter.push(bytes.subarray(at[index], end)));
          expect(messages).toEqual(texts);
        },
      ),
    );
  });
});

describe('a connection', () => {
  const connect = () => {
    const input = new PassThrough();
    const output = new PassThrough();
    return {
      input,
      output,
      connection: new PipeConnection(input, output),
      say: (message: object) => output.write(`${JSON.stringify(message)}\0`),
    };
  };

  test('pairs answers with questions, in any order', async () => {
    const { connection, say } = connect();
    const first = connection.browser.send('Browser.getVersion');
    const second = connection.session('S').send('Page.enable');
    say({ id: 2, result: { from: 'page' } });
    say({ id: 1, result: { from: 'browser' } });
    expect(await first).toEqual({ from: 'browser' });
    expect(await second).toEqual({ from: 'page' });
  });

  test('names the session of a page, and none for the browser', async () => {
    const { connection, input } = connect();
    const written = once(input, 'data');
    void connection.session('S').send('Page.reload', { ignoreCache: true });
    const [bytes] = (await written) as [Buffer];
    expect(JSON.parse(bytes.toString().slice(0, -1))).toEqual({
      id: 1,
      method: 'Page.reload',
      params: { ignoreCache: true },
      sessionId: 'S',
    });
    expect(bytes.at(-1)).toBe(0);
  });

  test('gives events to those who listen to their session only', async () => {
    const { connection, output, say } = connect();
    const heard: string[] = [];
    connection.session('A').on('Page.domContentEventFired', () => heard.push('A'));
    connection.session('B').on('Page.domContentEventFired', () => heard.push('B'));
    say({ method: 'Page.domContentEventFired', params: {}, sessionId: 'B' });
    output.end();
    await once(output, 'close');
    expect(heard).toEqual(['B']);
  });

  test('rejects what Chromium refuses, by the name of the command', async () => {
    const { connection, say } = connect();
    const answer = connection.browser.send('Browser.close');
    say({ id: 1, error: { code: -32000, message: 'No' } });
    await expect(answer).rejects.toThrow(new CdpError('Browser.close', 'No'));
  });

  test('rejects what is open when Chromium goes, and everything after', async () => {
    const { connection, output } = connect();
    const open = connection.browser.send('Browser.close');
    output.destroy();
    await expect(open).rejects.toThrow('Browser.close: Chromium is gone');
    await expect(connection.browser.send('Browser.getVersion')).rejects.toThrow('Chromium is gone');
  });
});
