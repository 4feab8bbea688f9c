import type { PowerMonitor } from 'electron';

import type { KioskEnd } from '../../shared/kiosk.js';

/** Ends the session when the computer goes to sleep, is locked, or ends. Whoever comes back finds nobody signed in. */
export function watchMachine(machine: Pick<PowerMonitor, 'on'>, end: (reason: KioskEnd) => void): void {
  machine.on('suspend', () => {
    end('suspend');
  });
  // Some computers fall asleep without a word: then the waking tells.
  machine.on('resume', () => {
    end('suspend');
  });
  machine.on('lock-screen', () => {
    end('lock');
  });
  machine.on('shutdown', () => {
    end('shutdown');
  });
}
