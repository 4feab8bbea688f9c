import { PROFILE_NAMES } from '../../src/softkey/profile.js';
import { checkName } from '../usb-vm/guest/fido2-tools-checks.js';
import { runUsbMachine } from '../usb-vm/run.js';
import { Unavailable } from '../usb-vm/unavailable.js';
import { type Round, roundOf } from './round.js';
import { STEP_NAMES } from './steps.js';

/** fido2-token, fido2-cred and fido2-assert with the software key on real USB, in one run of the virtual machine. */
export async function fido2ToolsRounds(say: (text: string) => void, signal: AbortSignal): Promise<Round[]> {
  const results = await outcomesOrReason(say, signal);
  return PROFILE_NAMES.map((profile) => {
    if (typeof results === 'string') return roundOf('fido2-tools', profile, {}, results);
    const made = STEP_NAMES.filter((step) => results.has(checkName(profile, step)));
    const reasons = new Map(made.map((step) => [step, results.get(checkName(profile, step))]));
    return roundOf('fido2-tools', profile, {}, reasons);
  });
}

async function outcomesOrReason(say: (text: string) => void, signal: AbortSignal) {
  try {
    const { results } = await runUsbMachine({ checks: 'fido2-tools', signal, say });
    return new Map(results.map(({ name, failure }) => [name, failure]));
  } catch (error) {
    if (error instanceof Unavailable) return `the virtual machine cannot be run: ${error.message}`;
    throw error;
  }
}
