import { KeepaliveStatus } from '../hid/constants.js';
import type { CallOptions } from '../transport.js';
import type { CeremonyContext } from './user-verification.js';

/** Call options for a command that waits for a touch: the person is told when the key says so, and when it no longer does. */
export function askingForTouch({ interaction, signal }: CeremonyContext): CallOptions {
  return {
    signal,
    onKeepalive: (status) => {
      if (status === KeepaliveStatus.UPNEEDED) interaction.touch();
      else interaction.wait();
    },
  };
}
