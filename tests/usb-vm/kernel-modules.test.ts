import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { loadOrder, moduleDependencies, moduleName } from '../../tools/usb-vm/kernel-modules.js';

const moduleSaying = (...entries: string[]): Buffer => Buffer.from(`\x7fELF…\0${entries.join('\0')}\0…`, 'latin1');

describe('what a module says of itself', () => {
  it('names what must be loaded first, in one spelling', () => {
    const usbhid = moduleSaying('license=GPL', 'depends=hid,usb-common', 'retpoline=Y', 'name=usbhid');
    expect(moduleDependencies(usbhid)).toEqual(['hid', 'usb_common']);
  });

  it('may need nothing', () => {
    expect(moduleDependencies(moduleSaying('license=GPL', 'depends=', 'name=hid'))).toEqual([]);
  });

  it('is refused when it is no module', () => {
    expect(() => moduleDependencies(Buffer.from('#!/bin/sh\necho depends=hid\n'))).toThrow('Not a kernel module');
  });

  it('is found under its file name', () => {
    expect(moduleName('hid-generic.ko')).toBe('hid_generic');
  });
});

describe('load order', () => {
  // As in Debian's 6.1 kernel.
  const kernel: Record<string, string[]> = {
    hid: [],
    hid_generic: ['hid'],
    usb_common: [],
    usbcore: ['usb-common'],
    udc_core: ['usb-common'],
    configfs: [],
    libcomposite: ['configfs', 'udc-core', 'usb-common'],
    usb_f_hid: ['libcomposite', 'udc-core', 'configfs'],
    dummy_hcd: ['usbcore', 'udc-core', 'usb-common'],
  };
  const dependencies = (name: string): Promise<string[]> => {
    const found = kernel[name];
    return found ? Promise.resolve(found) : Promise.reject(new Error(`no module ${name}`));
  };

  it('puts each module after what it needs, once', async () => {
    expect(await loadOrder(['hid-generic', 'dummy_hcd', 'usb_f_hid'], dependencies)).toEqual([
      ...['hid', 'hid_generic'],
      ...['usb_common', 'usbcore', 'udc_core', 'dummy_hcd'],
      ...['configfs', 'libcomposite', 'usb_f_hid'],
    ]);
  });

  it('is whole and right for any modules without circles', async () => {
    // Module i may need only modules below i.
    const graphs = fc
      .integer({ min: 1, max: 12 })
      .chain((size) => fc.tuple(...Array.from({ length: size }, (_, index) => fc.subarray([...Array(index).keys()]))));
    await fc.assert(
      fc.asyncProperty(graphs, async (graph) => {
        const needs = (name: string): string[] => (graph[Number(name)] ?? []).map(String);
        const all = graph.map((_, index) => String(index));
        const order = await loadOrder(all.toReversed(), (name) => Promise.resolve(needs(name)));
        expect(order.toSorted()).toEqual(all.toSorted());
        for (const name of all) {
          for (const needed of needs(name)) expect(order.indexOf(needed)).toBeLessThan(order.indexOf(name));
        }
      }),
    );
  });

  it('names a circle and what is missing', async () => {
    const circle: Record<string, string[]> = { a: ['b'], b: ['c'], c: ['a'] };
    await expect(loadOrder(['a'], (name) => Promise.resolve(circle[name] ?? []))).rejects.toThrow('a → b → c → a');
    await expect(loadOrder(['uhid2'], dependencies)).rejects.toThrow('no module uhid2');
  });
});
