import { describe, expect, it, vi } from 'vitest';

import { discover } from '../../src/ctap/discovery.js';
import { TransportError } from '../../src/ctap/errors.js';

// What node-hid does on a system without libudev: its native part loads at the first call, and that throws.
vi.mock('node-hid', () => ({
  default: {
    devicesAsync: () => {
      throw new Error('libudev.so.1: cannot open shared object file: No such file or directory');
    },
  },
}));

describe('discovery on a system without the libraries for USB', () => {
  it('says so, naming the library', async () => {
    const error: unknown = await discover([]).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TransportError);
    expect(error).toMatchObject({ code: 'io', message: expect.stringContaining('libudev.so.1') as string });
  });
});
