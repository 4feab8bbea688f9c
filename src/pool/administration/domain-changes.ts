import { z } from 'zod';

import type { Pool } from '../context.js';
import { invalidParameter } from '../errors.js';
import { Routing } from '../kept-settings.js';
import type { Settings } from '../settings.js';
import { PoolDomain } from '../settings.js';
import { cloudFrontName } from './domains.js';
import { isRelyingPartyId } from './relying-party-id.js';
import { checkTierHas } from './tiers.js';

/** What CreateUserPoolDomain and UpdateUserPoolDomain take. */
export const DomainMembers = {
  Domain: z.string().min(1).max(63),
  CustomDomainConfig: PoolDomain.shape.certificate.unwrap().optional(),
  ManagedLoginVersion: PoolDomain.shape.managedLoginVersion.optional(),
  Routing: Routing.optional(),
};
type Input = z.infer<z.ZodObject<typeof DomainMembers>>;
type Changing = Pick<Pool, 'config' | 'store'>;

const PREFIX = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const RESERVED = /aws|amazon|cognito/;

/** Gives the pool a domain. Throws InvalidParameterException when it has one of that kind, or the name will not do. */
export function addDomain({ store }: Changing, input: Input): PoolDomain {
  const { domains } = store.settings;
  const certificate = input.CustomDomainConfig ?? null;
  if (domains.some((other) => (other.certificate === null) === (certificate === null)))
    throw invalidParameter('User pool already has a domain configured.');
  if (certificate === null && (!PREFIX.test(input.Domain) || RESERVED.test(input.Domain)))
    throw invalidParameter('A prefix has letters in lower case, digits and hyphens, and no name of the service.');
  if (certificate !== null && !isRelyingPartyId(input.Domain))
    throw invalidParameter('A custom domain is a domain that can be registered.');
  const { ManagedLoginVersion: managedLoginVersion = 1, Routing: routing = null } = input;
  const domain = { name: input.Domain, certificate, managedLoginVersion, routing };
  checkDomain(store.settings, domain);
  store.setSettings({ ...store.settings, domains: [...domains, domain] });
  return domain;
}

/** Sets what is said of a domain; what is not said stays. */
export function changeDomain({ store }: Changing, input: Input): PoolDomain {
  const before = requireDomain(store.settings, input.Domain);
  if (before.certificate === null && input.CustomDomainConfig)
    throw invalidParameter('A prefix domain has no certificate of its own.');
  const domain = {
    ...before,
    certificate: input.CustomDomainConfig ?? before.certificate,
    managedLoginVersion: input.ManagedLoginVersion ?? before.managedLoginVersion,
    routing: input.Routing ?? before.routing,
  };
  checkDomain(store.settings, domain);
  const domains = store.settings.domains.map((other) => (other === before ? domain : other));
  store.setSettings({ ...store.settings, domains });
  return domain;
}

export function requireDomain({ domains }: Settings, wanted: string): PoolDomain {
  const domain = domains.find(({ name }) => name === wanted);
  if (!domain) throw invalidParameter('No such domain or user pool exists.');
  return domain;
}

/** What both operations answer. */
export const domainAnswer = ({ config }: Changing, domain: PoolDomain): object => ({
  ManagedLoginVersion: domain.managedLoginVersion,
  ...(domain.certificate && { CloudFrontDomain: cloudFrontName(domain, config.region) }),
  ...(domain.routing && { Routing: domain.routing }),
});

function checkDomain({ pool }: Settings, domain: PoolDomain): void {
  checkTierHas(pool.UserPoolTier, { domain });
  if (domain.routing && !domain.certificate) throw invalidParameter('Only custom domains can have a routing.');
}
