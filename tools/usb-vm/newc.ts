/** One entry of a root file system. `mode` is the permission bits alone. */
export type Entry =
  | { readonly kind: 'directory'; readonly path: string; readonly mode?: number }
  | { readonly kind: 'file'; readonly path: string; readonly mode?: number; readonly content: Uint8Array }
  | { readonly kind: 'link'; readonly path: string; readonly target: string }
  | {
      readonly kind: 'character device';
      readonly path: string;
      readonly mode?: number;
      readonly device: [number, number];
    };

const FILE_TYPE = { directory: 0o040000, file: 0o100000, link: 0o120000, 'character device': 0o020000 } as const;
const DEFAULT_MODE = { directory: 0o755, file: 0o644, link: 0o777, 'character device': 0o600 } as const;
const TRAILER = 'TRAILER!!!';

/**
 * Writes entries as a cpio archive of the "newc" kind, the one the Linux kernel unpacks as its first root file system.
 * Folders that lead to an entry are added before it. Everything belongs to root; times are zero, so equal input gives equal bytes.
 * https://www.kernel.org/doc/html/latest/driver-api/early-userspace/buffer-format.html
 */
export function* newc(entries: Iterable<Entry>): Generator<Uint8Array> {
  let inode = 1;
  const seen = new Set<string>();
  for (const entry of entries) {
    const path = relative(entry.path);
    for (const folder of foldersTo(path)) {
      if (seen.has(folder)) continue;
      seen.add(folder);
      yield* member(inode++, folder, FILE_TYPE.directory | DEFAULT_MODE.directory, new Uint8Array());
    }
    if (seen.has(path)) {
      if (entry.kind === 'directory') continue;
      throw new Error(`The archive already has ${path}`);
    }
    seen.add(path);
    const mode = FILE_TYPE[entry.kind] | (('mode' in entry ? entry.mode : undefined) ?? DEFAULT_MODE[entry.kind]);
    yield* member(inode++, path, mode, contentOf(entry), entry.kind === 'character device' ? entry.device : [0, 0]);
  }
  yield* member(0, TRAILER, 0, new Uint8Array());
}

function contentOf(entry: Entry): Uint8Array {
  if (entry.kind === 'file') return entry.content;
  return entry.kind === 'link' ? Buffer.from(entry.target) : new Uint8Array();
}

function* member(
  inode: number,
  path: string,
  mode: number,
  content: Uint8Array,
  device: [number, number] = [0, 0],
): Generator<Uint8Array> {
  const name = Buffer.from(`${path}\0`);
  const fields = [inode, mode, 0, 0, 1, 0, content.length, 0, 0, ...device, name.length, 0];
  const header = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`;
  yield Buffer.concat([Buffer.from(header), name, padding(header.length + name.length)]);
  yield content;
  yield padding(content.length);
}

/** Header with name, and content, each end on a multiple of four bytes. */
function padding(length: number): Uint8Array {
  return new Uint8Array(-length & 3);
}

function relative(path: string): string {
  return path.replace(/^\/+/, '');
}

function foldersTo(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
