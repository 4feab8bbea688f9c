import { isObject, isText, parseJson } from './json.js';

export interface KnownOfUser {
  readonly username: string;
  /** UserStatus, where an administrator's operation has told it. */
  readonly status?: string | undefined;
  /** The claim or attribute of that name: a list, or the list as JSON in text. */
  readonly identities?: unknown;
}

/**
 * Whether somebody signs in with another identity provider. The status says so for certain. Without it, `identities` alone
 * would misjudge people with a profile of their own that a provider is linked to (AdminLinkProviderForUser): only who came
 * from a provider has a user name that is made of it and their name there.
 */
export function isFederated({ username, status, identities }: KnownOfUser): boolean {
  if (status !== undefined && status !== 'UNKNOWN') return status === 'EXTERNAL_PROVIDER';
  const list: unknown = isText(identities) ? parseJson(identities) : identities;
  if (!Array.isArray(list)) return false;
  const name = username.toLowerCase(); // pools may write user names without capitals
  return list.some((identity: unknown) => {
    if (!isObject(identity)) return false;
    const { providerName, userId } = identity;
    return isText(providerName) && isText(userId) && name === `${providerName}_${userId}`.toLowerCase();
  });
}
