import { describe, expect, it } from 'vitest';

import { type Manifest, packageClosure, packagesAmong } from '../../tools/usb-vm/packages.js';

describe('packages among what built files import', () => {
  it('are neither one another nor Node’s own', () => {
    const files = ['cli.js', 'assets/bytes-1.js'];
    const imports = [
      'assets/bytes-1.js',
      'node:crypto',
      'fs/promises',
      'node-hid',
      'cbor-x/encode',
      'cbor-x',
      '@a/b/c',
    ];
    expect(packagesAmong(imports, files)).toEqual(['node-hid', 'cbor-x', '@a/b']);
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
