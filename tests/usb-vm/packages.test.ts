import { describe, expect, it } from 'vitest';

import { followImports, type Manifest, packageClosure } from '../../tools/usb-vm/packages.js';

describe('imports of built programs', () => {
  const programs: Record<string, string> = {
    'out/cli.js': [
      'import { n as toHex } from "./assets/bytes-1.js";',
      'import { createHash } from "node:crypto";',
      'import { readFile } from "fs/promises";',
      'import "@aws-sdk/client-cognito-identity-provider";',
      'const text = "import nothing from this";',
      'const pool = async () => (await import("./assets/pool-2.js")).start;',
    ].join('\n'),
    'out/assets/bytes-1.js': 'import * as cbor from "cbor-x/encode";export { toHex as n };',
    'out/assets/pool-2.js': 'import{a}from"./bytes-1.js";import b from"jose";export { c } from "../shared.js";',
    'out/shared.js': 'export const c = 1;',
  };
  const read = (path: string): string => {
    const text = programs[path];
    if (text === undefined) throw new Error(`no file ${path}`);
    return text;
  };

  it('are followed to every file and package, core modules apart', () => {
    expect(followImports(['out/cli.js'], read)).toEqual({
      files: ['out/cli.js', 'out/assets/bytes-1.js', 'out/assets/pool-2.js', 'out/shared.js'],
      packages: ['cbor-x', '@aws-sdk/client-cognito-identity-provider', 'jose'],
    });
  });

  it('must all be there', () => {
    expect(() => followImports(['out/gone.js'], read)).toThrow('no file out/gone.js');
  });
});

describe('packages that packages need', () => {
  const installed: Record<string, Manifest> = {
    '/app/node_modules/write-file-atomic': { dependencies: { 'signal-exit': '^4' } },
    '/app/node_modules/signal-exit': {},
    '/app/node_modules/old': { dependencies: { 'signal-exit': '^3', write: '*' } },
    '/app/node_modules/old/node_modules/signal-exit': {},
    '/app/node_modules/write': { dependencies: { old: '*' } },
    '/app/node_modules/cbor-x': { optionalDependencies: { 'cbor-extract': '^2' } },
  };
  const closure = (...packages: string[]): string[] => packageClosure('/app', packages, (folder) => installed[folder]);

  it('are found in the nearest folder, as Node finds them', () => {
    expect(closure('write-file-atomic')).toEqual([
      '/app/node_modules/signal-exit',
      '/app/node_modules/write-file-atomic',
    ]);
    expect(closure('old')).toContain('/app/node_modules/old/node_modules/signal-exit');
    expect(closure('old')).not.toContain('/app/node_modules/signal-exit');
  });

  it('may need each other', () => {
    expect(closure('write')).toContain('/app/node_modules/old');
  });

  it('may be missing only when they are optional', () => {
    expect(closure('cbor-x')).toEqual(['/app/node_modules/cbor-x']);
    expect(() => closure('jose')).toThrow('jose, which /app needs, is not installed');
  });
});
