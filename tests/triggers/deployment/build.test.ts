import { readdirSync } from 'node:fs';
import { builtinModules } from 'node:module';

import { describe, expect, it, vi } from 'vitest';

import { buildTriggers } from '../../../tools/triggers/build.js';

vi.setConfig({ testTimeout: 60_000 });

describe('the functions as they are deployed', () => {
  it('are one file each, with a handler, leaning on the runtime alone', async () => {
    const built = await buildTriggers();
    expect(built.map(({ file }) => file)).toEqual([
      'create-auth-challenge.mjs',
      'define-auth-challenge.mjs',
      'post-confirmation.mjs',
      'pre-authentication.mjs',
      'pre-sign-up.mjs',
      'pre-token-generation.mjs',
      'verify-auth-challenge-response.mjs',
    ]);
    for (const { file, exports, imports } of built) {
      expect(exports, file).toEqual(['handler']);
      for (const id of imports)
        expect(id.startsWith('@aws-sdk/client-') || builtinModules.includes(id.slice(5)), id).toBe(true);
    }
    expect(readdirSync('src/triggers/lambda').length).toBeGreaterThan(built.length);
  });
});
