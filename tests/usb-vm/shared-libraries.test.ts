import { describe, expect, it } from 'vitest';

import { librariesFromLdd } from '../../tools/usb-vm/shared-libraries.js';

describe('libraries that ldd names', () => {
  it('are the files found and the loader, without the kernel’s own', () => {
    const output = [
      '\tlinux-vdso.so.1 (0x00007fe5f0cc9000)',
      '\tlibcrypto.so.3 => /lib/x86_64-linux-gnu/libcrypto.so.3 (0x00007fe5f0800000)',
      '\t/lib64/ld-linux-x86-64.so.2 (0x00007fe5f0ccb000)',
      '',
    ].join('\n');
    expect(librariesFromLdd(output)).toEqual(['/lib/x86_64-linux-gnu/libcrypto.so.3', '/lib64/ld-linux-x86-64.so.2']);
  });

  it('are none for a static program', () => {
    expect(librariesFromLdd('\tstatically linked\n')).toEqual([]);
  });

  it('must all be there', () => {
    expect(() => librariesFromLdd('\tlibusb-1.0.so.0 => not found\n')).toThrow('missing: libusb-1.0.so.0');
  });
});
