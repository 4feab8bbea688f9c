import { crc32, deflateRawSync } from 'node:zlib';

export interface ArchiveMember {
  /** In ASCII. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

const VERSION_MADE_BY = 0x0314; // Unix, so that the mode below counts
const VERSION_NEEDED = 20;
const DEFLATED = 8;
const MIDNIGHT = 0;
const FIRST_OF_1980 = 0x0021; // the archive is to be the same whenever it is made
const READABLE_FILE = (0o100644 << 16) >>> 0; // Lambda runs as another user than the owner

/**
 * A ZIP archive of a few small files; the same bytes for the same files. Structures by PKWARE's APPNOTE 6.3:
 * https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export function zip(files: readonly ArchiveMember[]): Buffer {
  const members: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const { name, bytes } of files) {
    const path = Buffer.from(name, 'ascii');
    const data = deflateRawSync(bytes, { level: 9 });
    const common = Buffer.alloc(26); // §4.3.7 without its signature; the directory repeats it (§4.3.12)
    common.writeUInt16LE(VERSION_NEEDED, 0);
    common.writeUInt16LE(DEFLATED, 4);
    common.writeUInt16LE(MIDNIGHT, 6);
    common.writeUInt16LE(FIRST_OF_1980, 8);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(path.length, 22);
    const made = Buffer.alloc(2);
    made.writeUInt16LE(VERSION_MADE_BY);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(READABLE_FILE, 6);
    place.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02', 'latin1'), made, common, place, path);
    members.push(Buffer.from('PK\x03\x04', 'latin1'), common, path, data);
    offset += 4 + common.length + path.length + data.length;
  }
  const listing = Buffer.concat(directory);
  const end = Buffer.alloc(18); // §4.3.16
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(listing.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...members, listing, Buffer.from('PK\x05\x06', 'latin1'), end]);
}
