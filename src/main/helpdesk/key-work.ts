import { newPinRules } from '../../ctap/client/token-by-pin.js';
import type { Confirmed } from '../../helpdesk/case-desk.js';
import type { Helpdesk } from '../../helpdesk/helpdesk.js';
import type { PreparedKey } from '../../shared/helpdesk.js';
import type { CheckedInput, Output } from '../../shared/ipc.js';
import type { KeyId } from '../../shared/keys.js';
import { FailureError } from '../../failures/failure-error.js';
import type { RememberedKeys } from '../keys/remembered-keys.js';
import { type ResetServices, resetKey } from '../keys/reset.js';

export interface KeyWorkParts extends ResetServices {
  readonly remembered: RememberedKeys;
}

/** Erases a key once the operator has confirmed it, and puts that on record before and after. Rejects as `resetKey`. */
export function erasedKey(
  parts: KeyWorkParts,
  helpdesk: Helpdesk,
  input: CheckedInput<'keys.reset'>,
  call: Confirmed,
): Promise<Output<'keys.reset'>> {
  return helpdesk.onKey('key.reset', nameOf(parts, input.keyId), call, () => {
    parts.remembered.forget(input.keyId, parts.registry.infoOf(input.keyId));
    return resetKey(parts, input);
  });
}

/**
 * Prepares a key that has no PIN for the next person: a PIN that they have to change, asked for in the ceremony, and what else is wanted.
 * Rejects with FailureError `pin/already-set`, and as `prepareKey`.
 */
export function preparedKey(
  { ceremonies, registry }: KeyWorkParts,
  helpdesk: Helpdesk,
  { ceremonyId, keyId, minPinLength, alwaysUv }: Omit<CheckedInput<'helpdesk.prepareKey'>, 'confirm'>,
  call: Confirmed,
): Promise<PreparedKey> {
  const what = [
    `PIN with forced change on ${nameOf({ registry }, keyId)}`,
    ...(alwaysUv ? ['user verification always'] : []),
    ...(minPinLength === undefined ? [] : [`PINs of ${minPinLength} characters or more`]),
  ];
  return helpdesk.onKey('key.prepare', what.join(', '), call, () =>
    ceremonies.run(ceremonyId, keyId, async ({ authenticator, interaction, signal }) => {
      const { info } = authenticator;
      if (info.options.get('clientPin') === true) throw new FailureError({ code: 'pin/already-set' });
      const { prepareKey } = await import('../../helpdesk/prepare-key.js');
      const rules = newPinRules(info);
      const pin = await interaction.newPin({
        ...rules,
        minPinLength: Math.max(rules.minPinLength, minPinLength ?? 0),
        refused: false,
        signal,
      });
      try {
        interaction.wait();
        return await prepareKey(authenticator, { pin, forcePinChange: true, minPinLength, alwaysUv }, { signal });
      } finally {
        pin.fill(0);
      }
    }),
  );
}

/** For the record: which key it is. */
function nameOf({ registry }: Pick<KeyWorkParts, 'registry'>, keyId: KeyId): string {
  const { product, serial } = registry.summary(keyId);
  return serial === undefined ? product : `${product}, serial number ${serial}`;
}
