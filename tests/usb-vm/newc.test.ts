import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { type Entry, newc } from '../../tools/usb-vm/newc.js';

interface Member {
  readonly path: string;
  readonly mode: number;
  readonly device: [number, number];
  readonly content: string;
}

/** Reads the format back by its description in the kernel's documentation: 6 + 13 × 8 hex digits, name, content, each padded to 4. */
function read(archive: Buffer): Member[] {
  const members: Member[] = [];
  for (let at = 0; at < archive.length;) {
    expect(archive.toString('latin1', at, at + 6)).toBe('070701');
    const field = (index: number): number =>
      parseInt(archive.toString('latin1', at + 6 + 8 * index, at + 14 + 8 * index), 16);
    const nameEnd = at + 110 + field(11);
    const start = Math.ceil(nameEnd / 4) * 4;
    const end = start + field(6);
    expect(archive[nameEnd - 1]).toBe(0);
    members.push({
      path: archive.toString('utf8', at + 110, nameEnd - 1),
      mode: field(1),
      device: [field(9), field(10)],
      content: archive.toString('latin1', start, end),
    });
    at = Math.ceil(end / 4) * 4;
  }
  return members;
}

const write = (entries: Entry[]): Buffer => Buffer.concat([...newc(entries)]);

describe('root file system archive', () => {
  it('holds files, links and devices, each after its folders', () => {
    const members = read(
      write([
        { kind: 'character device', path: 'dev/console', device: [5, 1] },
        { kind: 'file', path: '/init', mode: 0o755, content: Buffer.from('#!/bin/busybox sh\n') },
        { kind: 'link', path: 'dev/stdin', target: '/proc/self/fd/0' },
        { kind: 'directory', path: 'dev' },
      ]),
    );
    expect(members).toEqual([
      { path: 'dev', mode: 0o040755, device: [0, 0], content: '' },
      { path: 'dev/console', mode: 0o020600, device: [5, 1], content: '' },
      { path: 'init', mode: 0o100755, device: [0, 0], content: '#!/bin/busybox sh\n' },
      { path: 'dev/stdin', mode: 0o120777, device: [0, 0], content: '/proc/self/fd/0' },
      { path: 'TRAILER!!!', mode: 0, device: [0, 0], content: '' },
    ]);
  });

  it('keeps names and contents of any length', () => {
    const files = fc.uniqueArray(fc.tuple(fc.stringMatching(/^[a-z]{1,9}$/), fc.uint8Array({ maxLength: 9 })), {
      selector: ([path]) => path,
    });
    fc.assert(
      fc.property(files, (wanted) => {
        const members = read(write(wanted.map(([path, content]) => ({ kind: 'file', path, content }))));
        expect(members.slice(0, -1).map(({ path, content }) => [path, content])).toEqual(
          wanted.map(([path, content]) => [path, Buffer.from(content).toString('latin1')]),
        );
      }),
    );
  });

  it('refuses two files in one place', () => {
    const file: Entry = { kind: 'file', path: 'init', content: Buffer.from('x') };
    expect(() => write([file, file])).toThrow('already has init');
  });
});
