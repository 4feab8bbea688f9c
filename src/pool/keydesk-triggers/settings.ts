import { ACCOUNT_ID } from '../account-id.js';
import { newClient } from '../new-settings.js';
import type { AppClient, ClientSettings, Settings } from '../settings.js';
import { KEYDESK_TRIGGERS } from './functions.js';

/** The app clients beside the first, which is the passkey client: one purpose each (docs/adr/0013-passkey-only.md). */
export const PASSWORD_CLIENT = 'localpasswordclient';
export const HELPDESK_CLIENT = 'localhelpdeskclient';

/**
 * The settings with which Keydesk's triggers keep what they promise: no PASSWORD among the first factors, a client for each
 * purpose, and every trigger called.
 * @param region of the pool, for the functions' ARNs
 */
export function withKeydeskTriggers(settings: Settings, region: string, now: number): Settings {
  const { pool, clients } = settings;
  const arns = KEYDESK_TRIGGERS.map(
    (name) => [name, `arn:aws:lambda:${region}:${ACCOUNT_ID}:function:${name}`] as const,
  );
  const [first, ...others] = clients;
  const helpdesk = { AuthSessionValidity: 5 }; // as long as a challenge may be answered
  return {
    ...settings,
    pool: {
      ...pool,
      Policies: { ...pool.Policies, SignInPolicy: { AllowedFirstAuthFactors: ['WEB_AUTHN', 'EMAIL_OTP'] } },
      LambdaConfig: { ...pool.LambdaConfig, ...Object.fromEntries(arns) },
    },
    clients: [
      ...(first ? [withFlows(first, ['ALLOW_USER_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'])] : []),
      ...others.filter(({ id }) => id !== PASSWORD_CLIENT && id !== HELPDESK_CLIENT),
      withFlows(newClient(PASSWORD_CLIENT, now), ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH']),
      withFlows(newClient(HELPDESK_CLIENT, now), ['ALLOW_CUSTOM_AUTH'], helpdesk),
    ],
  };
}

/** Whether the settings call Keydesk's triggers of a local pool: a state file that was made with them says so. */
export const callsKeydeskTriggers = ({ pool }: Settings): boolean =>
  Object.values(pool.LambdaConfig).some((arn) => typeof arn === 'string' && arn.includes(`:${ACCOUNT_ID}:function:`));

const withFlows = (
  client: AppClient,
  ExplicitAuthFlows: ClientSettings['ExplicitAuthFlows'],
  more: Partial<ClientSettings> = {},
): AppClient => ({ ...client, settings: { ...client.settings, ...more, ExplicitAuthFlows } });
