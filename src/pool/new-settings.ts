import type { z } from 'zod';

import { randomName } from './random-name.js';
import type { AppClient, FirstFactor, Settings } from './settings.js';
import { ClientSettings, MfaSettings, UserPoolSettings } from './settings.js';

/** What whoever starts a pool may say of its settings. */
export interface StartSettings {
  readonly rpId?: string | undefined;
  readonly userVerification?: 'preferred' | 'required' | undefined;
  readonly firstFactors?: readonly FirstFactor[] | undefined;
  readonly preventUserExistenceErrors?: 'ENABLED' | 'LEGACY' | undefined;
  /** Members of the settings in the API's own words; those that are not named stay as they are. */
  readonly userPool?: z.input<typeof UserPoolSettings> | undefined;
  readonly mfa?: z.input<typeof MfaSettings> | undefined;
  /** Of every app client. */
  readonly client?: z.input<typeof ClientSettings> | undefined;
}

/** A pool for passkeys, as a new local one is: anybody may sign up, and mail proves addresses. */
export function newSettings(now: number): Omit<Settings, 'clients'> {
  return {
    domains: [],
    modifiedAt: now,
    pool: UserPoolSettings.parse({
      PoolName: 'Keydesk local pool',
      Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN', 'EMAIL_OTP'] } },
      AutoVerifiedAttributes: ['email'],
    }),
    mfa: MfaSettings.parse({ WebAuthnConfiguration: { RelyingPartyId: 'localhost' } }),
  };
}

/** 26 characters, as the service's. */
export const newClientId = (): string => randomName(26);

/** An app client for choice-based sign-in that does not tell who exists. */
export function newClient(id: string, now: number): AppClient {
  const settings = ClientSettings.parse({
    ClientName: 'Keydesk',
    ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    PreventUserExistenceErrors: 'ENABLED',
  });
  return { id, createdAt: now, modifiedAt: now, settings };
}

/** Adds the app clients of these ids that are not there yet; they are set as the first is. A pool without any gets one. */
export function withClients(
  settings: Settings,
  ids: readonly string[],
  now: number,
): Settings & { clients: [AppClient, ...AppClient[]] } {
  const [first = newClient(newClientId(), now), ...others] = settings.clients;
  const clients: [AppClient, ...AppClient[]] = [first, ...others];
  const missing = ids.filter((id) => !clients.some((client) => client.id === id));
  const added = missing.map((id): AppClient => ({ ...first, id, createdAt: now, modifiedAt: now }));
  return { ...settings, clients: [...clients, ...added] };
}

/** The settings with what was said at the start; what was not said stays as it is. */
export function withStartSettings(settings: Settings, start: StartSettings): Settings {
  const { pool, mfa, clients } = settings;
  const { rpId, userVerification, firstFactors, preventUserExistenceErrors } = start;
  const withStart = (client: AppClient): AppClient => ({
    ...client,
    settings: ClientSettings.parse({
      ...client.settings,
      ...(preventUserExistenceErrors && { PreventUserExistenceErrors: preventUserExistenceErrors }),
      ...start.client,
    }),
  });
  return {
    ...settings,
    pool: UserPoolSettings.parse({
      ...pool,
      Policies: {
        ...pool.Policies,
        ...(firstFactors && { SignInPolicy: { AllowedFirstAuthFactors: [...firstFactors] } }),
      },
      ...start.userPool,
    }),
    mfa: MfaSettings.parse({
      ...mfa,
      WebAuthnConfiguration: {
        ...mfa.WebAuthnConfiguration,
        ...(rpId !== undefined && { RelyingPartyId: rpId }),
        ...(userVerification && { UserVerification: userVerification }),
      },
      ...start.mfa,
    }),
    clients: clients.map(withStart),
  };
}
