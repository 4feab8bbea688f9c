import { create } from '../ctap/client/create.js';
import type { CreationOptionsJSON, RegistrationJSON } from '../ctap/client/webauthn-json.js';
import type { Context } from './context.js';
import type { KeySession } from './key-session.js';
import { demandAllowed } from './policy-gate.js';

/**
 * Makes a passkey on a key that the station's policy allows; the key is asked for nothing before that is known.
 * @throws Problem `policy/…`, and whatever `create` throws
 */
export async function createAllowed(
  options: CreationOptionsJSON,
  origin: string,
  session: KeySession,
  { station }: Pick<Context, 'station'>,
): Promise<RegistrationJSON> {
  await demandAllowed(session, station());
  return create(options, origin, session);
}
