import type { Authenticator } from '../ctap/authenticator.js';
import { AuthenticatorConfig, configState } from '../ctap/authenticator-config.js';
import { ClientError } from '../ctap/client/errors.js';
import { hasTokens } from '../ctap/client/token-by-pin.js';
import { Permission } from '../ctap/commands.js';
import type { CallOptions } from '../ctap/transport.js';
import type { PreparedKey } from '../shared/helpdesk.js';

/** How a key is to be before it is handed out. */
export interface Preparation {
  /** Bytes of `encodePin`; the caller zeroes them. */
  readonly pin: Uint8Array;
  /** Whether its person has to choose another one before the key does anything. */
  readonly forcePinChange: boolean;
  /** Code points of the shortest PIN; undefined: as it is. */
  readonly minPinLength?: number | undefined;
  readonly alwaysUv: boolean;
}

/**
 * Prepares a key that has no PIN yet, such as one that was just reset: a PIN, user verification always, the shortest PIN, and a
 * change of PIN before anything else. Whether the key has all that is known before it is changed, and each change is proved
 * by reading the key again. The forced change comes last: from then on the key takes the PIN for nothing else.
 * @throws ClientError `unsupported` for a key that lacks something of it, `pin-length`, `unchanged`; CtapError PIN_NOT_SET and the like
 */
export async function prepareKey(
  authenticator: Authenticator,
  { pin, forcePinChange, minPinLength, alwaysUv }: Preparation,
  options: CallOptions = {},
): Promise<PreparedKey> {
  const { clientPin } = authenticator;
  demandAble(authenticator, { forcePinChange, minPinLength, alwaysUv });
  if (!clientPin) throw new ClientError('unsupported', 'This key has no PIN');
  if (authenticator.info.options.get('clientPin') === true)
    throw new ClientError('unsupported', 'This key has a PIN already: reset it first');
  await clientPin.setPin(pin, options);
  await authenticator.refresh(options);
  if (authenticator.info.options.get('clientPin') !== true)
    throw new ClientError('unchanged', 'The key says that it took the PIN, and has none');
  if (forcePinChange || minPinLength !== undefined || alwaysUv) {
    const purpose = { permissions: Permission.AUTHENTICATOR_CONFIGURATION };
    const token = hasTokens(authenticator.info)
      ? await clientPin.tokenUsingPin(pin, purpose, options)
      : await clientPin.legacyToken(pin, options);
    try {
      const config = new AuthenticatorConfig(authenticator, token);
      if (alwaysUv) await config.setAlwaysUv(true, options);
      if (forcePinChange || minPinLength !== undefined)
        await config.setMinPinLength({ length: minPinLength, forceChange: forcePinChange }, options);
    } finally {
      token.bytes.fill(0);
    }
  }
  const info = await authenticator.refresh(options);
  return {
    isPinSet: info.options.get('clientPin') === true,
    mustChangePin: info.forcePinChange,
    minPinLength: info.minPinLength,
    alwaysUv: info.options.get('alwaysUv') === true,
  };
}

function demandAble({ info }: Authenticator, wish: Omit<Preparation, 'pin'>): void {
  const able = configState(info);
  const lacks = [
    ...(wish.alwaysUv && able.alwaysUv === undefined ? ['user verification always'] : []),
    ...((wish.forcePinChange || wish.minPinLength !== undefined) && able.minPinLength === undefined
      ? ['a shortest PIN and a forced change of PIN']
      : []),
  ];
  if (lacks.length > 0) throw new ClientError('unsupported', `This key does not have ${lacks.join(', nor ')}`);
}
