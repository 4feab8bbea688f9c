import { describe, expect, it } from 'vitest';

import { isKeptOut } from '../../../src/main/kiosk/locked-keys.js';

const press = (text: string) => {
  const parts = text.split('+');
  const has = (name: string) => parts.includes(name);
  return {
    key: parts.at(-1) ?? '',
    control: has('Control'),
    alt: has('Alt'),
    meta: has('Meta'),
    shift: has('Shift'),
  };
};

describe('a locked window', () => {
  it.each([
    'F1', 'F5', 'F11', 'F12', 'Control+r', 'Control+Shift+R', 'Control+w', 'Control+q', 'Control+n', 'Control+t', 'Control+p', 'Control+o',
    'Control+s', 'Control+u', 'Control+f', 'Control+Shift+I', 'Control+Shift+J', 'Control+=', 'Control+-', 'Control+0', 'Control+F4', 'Control+Tab',
    'Alt+F4', 'Alt+ArrowLeft', 'Alt+ArrowRight', 'Alt+Home', 'Control+Alt+Delete', 'Meta+l', 'Meta+q', 'BrowserBack', 'BrowserRefresh', 'ContextMenu',
    'PrintScreen', 'ZoomIn', 'LaunchMail',
  ])('does not get %s', (text) => { expect(isKeptOut(press(text))).toBe(true); }); // prettier-ignore

  it.each([
    'a', 'Shift+A', '€', 'Enter', 'Tab', 'Shift+Tab', 'Escape', ' ', 'ArrowDown', 'PageDown', 'Home', 'Backspace', 'Control+a', 'Control+v',
    'Control+Alt+@', 'Alt', 'Control', 'Shift', 'AltGraph',
  ])('gets %s', (text) => { expect(isKeptOut(press(text))).toBe(false); }); // prettier-ignore
});
