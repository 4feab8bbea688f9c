import { FailureError } from '../failures/failure-error.js';
import type { Policy, PolicyState } from '../passport/policy.js';
import { KioskRules, Mode, MODES } from '../shared/mode.js';

/** What the command line asks for; undefined where it does not say. Throws `settings/invalid` for a mode that there is not. */
export function askedMode(argv: readonly string[]): Mode | undefined {
  const at = argv.findIndex((argument) => argument === '--mode' || argument.startsWith('--mode='));
  if (at === -1) return undefined;
  const text = argv[at]?.slice('--mode='.length) || argv[at + 1];
  const asked = Mode.safeParse(text);
  if (asked.success) return asked.data;
  throw new FailureError({ code: 'settings/invalid', detail: `--mode ${text ?? ''}: there are ${MODES.join(', ')}` });
}

/** What the station is from its start to its end: what it was started as, else what its policy says. */
export function modeOf(asked: Mode | undefined, policy: PolicyState): Mode {
  return asked ?? (policy.state === 'active' ? policy.policy.mode : undefined) ?? 'desk';
}

/**
 * The policy as it counts at such a station. Helpdesk and kiosk never work without one; and one that is for another desk
 * than the station was started as locks it, rather than that either of the two is passed over.
 */
export function policyAt(mode: Mode, policy: PolicyState): PolicyState {
  if (policy.state === 'locked') return policy;
  const reason = whyNot(mode, policy.state === 'active' ? policy.policy : undefined);
  return reason === undefined ? policy : { state: 'locked', error: { reason } };
}

function whyNot(mode: Mode, policy: Policy | undefined): string | undefined {
  const named = policy?.mode;
  if (named !== undefined && named !== mode)
    return `Keydesk was started as ${mode}, and the policy is for ${named}. Start it again as what it is to be`;
  if (mode === 'desk') return undefined;
  if (!policy) return `A ${mode} needs a policy, and there is none`;
  if (mode === 'helpdesk' && !policy.helpdesk) return 'The policy of a helpdesk needs the member "helpdesk"';
  return undefined;
}

/** What a kiosk goes by: its policy's rules, else the defaults. */
export function kioskRulesOf(policy: PolicyState): KioskRules {
  return (policy.state === 'active' ? policy.policy.kiosk : undefined) ?? KioskRules.parse({});
}
