import type { CommandLine } from 'electron';

import { NotImplementedError, moduleOf } from './refuse.js';

/** Chromium switches as the command line gave them and as the app adds them before it is ready. */
export function commandLineOf(switches: Map<string, string>, isStarted: () => boolean): CommandLine {
  const change = (name: string, act: () => void) => {
    // Real Electron ignores a late change in silence; nobody wants that.
    if (isStarted()) throw new NotImplementedError(`Changing the switch ${name} once Chromium runs`);
    act();
  };
  return moduleOf<CommandLine>('app.commandLine', {
    appendSwitch: (name, value = '') => {
      change(name, () => {
        switches.set(name.toLowerCase(), value);
      });
    },
    removeSwitch: (name) => {
      change(name, () => {
        switches.delete(name.toLowerCase());
      });
    },
    hasSwitch: (name) => switches.has(name.toLowerCase()),
    getSwitchValue: (name) => switches.get(name.toLowerCase()) ?? '',
  });
}
