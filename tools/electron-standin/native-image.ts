import type { NativeImage } from 'electron';

import { moduleOf } from './refuse.js';

/** A picture of a window. */
export function imageFromPng(png: Buffer): NativeImage {
  return moduleOf<NativeImage>('nativeImage', {
    toPNG: () => png,
    toDataURL: () => `data:image/png;base64,${png.toString('base64')}`,
    isEmpty: () => png.length === 0,
    // IHDR is always the first chunk: width and height at bytes 16 and 20 (PNG §11.2.2).
    getSize: () => ({ width: png.readUInt32BE(16), height: png.readUInt32BE(20) }),
  });
}
