import { AuthenticatorConfig, configNeedsToken } from '../../ctap/authenticator-config.js';
import { ConfigSubcommand } from '../../ctap/commands.js';
import type { CheckedInput } from '../../shared/ipc.js';
import type { KeyVisits } from './visits.js';

type Change = CheckedInput<'keySettings.change'>['change'];

/** Sets one thing on a key, which is read again to see that it is so. A key that nobody has protected wants no PIN for it. */
export function changeSetting(
  visits: KeyVisits,
  { ceremonyId, keyId, change }: CheckedInput<'keySettings.change'>,
): Promise<void> {
  return visits.runWhere(
    (info) => configNeedsToken(info, SUBCOMMANDS[change.setting]),
    ceremonyId,
    keyId,
    ({ authenticator, signal }, token) => apply(new AuthenticatorConfig(authenticator, token), change, signal),
  );
}

const SUBCOMMANDS: Readonly<Record<Change['setting'], ConfigSubcommand>> = {
  'always-uv': ConfigSubcommand.TOGGLE_ALWAYS_UV,
  'enterprise-attestation': ConfigSubcommand.ENABLE_ENTERPRISE_ATTESTATION,
  'long-touch-for-reset': ConfigSubcommand.ENABLE_LONG_TOUCH_FOR_RESET,
  'min-pin-length': ConfigSubcommand.SET_MIN_PIN_LENGTH,
  'min-pin-length-readers': ConfigSubcommand.SET_MIN_PIN_LENGTH,
  'force-pin-change': ConfigSubcommand.SET_MIN_PIN_LENGTH,
};

function apply(config: AuthenticatorConfig, change: Change, signal: AbortSignal): Promise<void> {
  switch (change.setting) {
    case 'always-uv':
      return config.setAlwaysUv(change.on, { signal });
    case 'enterprise-attestation':
      return config.enableEnterpriseAttestation({ signal });
    case 'long-touch-for-reset':
      return config.enableLongTouchForReset({ signal });
    case 'min-pin-length':
      return config.setMinPinLength({ length: change.length }, { signal });
    case 'min-pin-length-readers':
      return config.setMinPinLength({ rpIds: change.rpIds }, { signal });
    case 'force-pin-change':
      return config.setMinPinLength({ forceChange: true }, { signal });
  }
}
