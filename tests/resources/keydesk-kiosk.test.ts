import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { temporaryFolder } from '../main/temporary-folder.js';

const ANALYZE = '/usr/bin/systemd-analyze';
const TEXT = readFileSync('resources/keydesk-kiosk.service', 'utf8');

/** A unit's settings by section; one that stands there several times has several values. */
function readUnit(text: string): ReadonlyMap<string, ReadonlyMap<string, readonly string[]>> {
  const sections = new Map<string, Map<string, string[]>>();
  let section: Map<string, string[]> | undefined;
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const name = /^\[(\w+)\]$/.exec(line)?.[1];
    if (name !== undefined) {
      section = new Map<string, string[]>();
      sections.set(name, section);
      continue;
    }
    const [, key, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (!section || key === undefined || value === undefined) throw new Error(`This is no line of a unit: ${line}`);
    section.set(key, [...(section.get(key) ?? []), value]);
  }
  return sections;
}

describe('the unit of a kiosk', () => {
  const unit = readUnit(TEXT);
  const all = (key: string, section = 'Service') => unit.get(section)?.get(key) ?? [];
  const one = (key: string, section?: string) => {
    const [value, ...others] = all(key, section);
    expect(others).toEqual([]);
    return value;
  };

  it('starts a kiosk, whatever the policy says, and again whenever it ends, however often', () => {
    expect(one('ExecStart')).toMatch(/keydesk-app --mode kiosk$/);
    expect(one('Restart')).toBe('always');
    expect(one('StartLimitIntervalSec', 'Unit')).toBe('0');
    expect(one('WantedBy', 'Install')).toBe('graphical.target');
  });

  it('gives Keydesk the time to have tokens revoked, before its screen goes', () => {
    expect(one('ExecStop')).toContain('keydesk-app');
    // As long as src/main/services.ts waits for the pool, and some more.
    expect(Number(one('TimeoutStopSec'))).toBeGreaterThan(5);
    expect(all('KillMode')).toEqual([]);
  });

  it('runs as an account of its own in a session at the screen: to that the udev rule gives keys', () => {
    expect(one('User')).toBe('keydesk-kiosk');
    expect(one('PAMName')).toBe('login');
    expect(one('TTYPath')).toBe(`/dev/${one('UtmpIdentifier') ?? ''}`);
    expect(one('Conflicts', 'Unit')).toBe(`getty@${one('UtmpIdentifier') ?? ''}.service`);
    expect(readFileSync('resources/linux/70-keydesk.rules', 'utf8')).toContain('TAG+="uaccess"');
    // In a unit of the system's these are root's, not those of User=.
    expect(TEXT).not.toMatch(/%[uUgGh]/);
  });

  it('may open security keys and the graphics card, and no other device', () => {
    expect(one('DevicePolicy')).toBe('closed');
    expect([...all('DeviceAllow')].sort()).toEqual(['char-drm rw', 'char-hidraw rw', 'char-tty rw']);
  });

  it('can neither gain rights nor change the station, its clock or its policy', () => {
    expect(one('NoNewPrivileges')).toBe('yes');
    expect(one('CapabilityBoundingSet')).toBe('');
    expect(one('ProtectSystem')).toBe('strict');
    expect(one('ProtectHome')).toBe('tmpfs');
    expect(all('BindPaths')).toEqual(['/home/keydesk-kiosk']);
    expect(one('ProtectClock')).toBe('yes');
    const policy = /KEYDESK_POLICY=(\S+)/.exec(one('Environment') ?? '')?.[1];
    expect(policy).toMatch(/^\/etc\//);
  });

  it('writes no secret to a disk', () => {
    expect(one('LimitCORE')).toBe('0');
    expect(one('MemorySwapMax')).toBe('0');
    expect(one('UMask')).toBe('0077');
  });

  it('lets a page be compiled and sandboxed: what Chromium needs is not taken away', () => {
    for (const key of ['MemoryDenyWriteExecute', 'RestrictNamespaces', 'PrivateDevices']) expect(all(key)).toEqual([]);
  });

  it.skipIf(!existsSync(ANALYZE))('is understood by systemd to the last line (skipped without systemd-analyze)', () => {
    // The programs are installed at the station, not here.
    const path = join(temporaryFolder(), 'keydesk-kiosk.service');
    writeFileSync(path, TEXT.replaceAll('/usr/bin/cage', '/bin/sh'));
    const { status, stdout, stderr } = spawnSync(ANALYZE, ['verify', path], { encoding: 'utf8' });
    expect({ status, said: stdout + stderr }).toEqual({ status: 0, said: '' });
  });
});
