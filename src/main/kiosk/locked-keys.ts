import type { Input } from 'electron';

/** What Electron tells of a key press before the page gets it. */
export type KeyPress = Pick<Input, 'key' | 'control' | 'alt' | 'meta' | 'shift'>;

/** Editing in a field, which is all that a person needs with Control. */
const EDITING = new Set([
  'a',
  'c',
  'v',
  'x',
  'z',
  'y',
  'backspace',
  'delete',
  'arrowleft',
  'arrowright',
  'home',
  'end',
  'insert',
]);

/**
 * Whether a key press is kept from a locked window: whatever could reload, close, leave, print, magnify or inspect it.
 * What is not known to be harmless is among them.
 */
export function isKeptOut({ key, control, alt, meta }: KeyPress): boolean {
  const name = key.toLowerCase();
  if (/^f\d{1,2}$/.test(name)) return true;
  if (/^(browser|launch|media|audio|zoom|print|contextmenu|power|eject|help|props)/.test(name)) return true;
  if (meta) return name !== 'meta';
  // AltGr, on Windows, is both: it makes characters such as @.
  if (control && alt) return key.length > 1 && name !== 'control' && name !== 'alt' && name !== 'altgraph';
  if (control) return !EDITING.has(name) && name !== 'control';
  if (alt) return name !== 'alt' && name !== 'altgraph';
  return false;
}
