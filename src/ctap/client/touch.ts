import { KeepaliveStatus } from '../hid/constants.js';
import type { CallOptions } from '../transport.js';
import type { CeremonyContext } from './ceremony-context.js';

/**
 * Call options for a command that waits for a touch: the person is told when the key says so, and when it no longer does.
 * @param byFinger whether it takes a finger on the sensor
 */
export function askingForTouch({ interaction, signal }: CeremonyContext, byFinger = false): CallOptions {
  return {
    signal,
    onKeepalive: (status) => {
      if (status !== KeepaliveStatus.UPNEEDED) interaction.wait();
      else if (byFinger) interaction.fingerprint({ failed: false, retries: undefined });
      else interaction.touch();
    },
  };
}
