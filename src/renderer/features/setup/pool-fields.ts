import type { PoolSettings } from '../../../shared/station.js';

export type PoolField = keyof PoolSettings;

/** What is wrong with a field as it stands, in words; main checks the same again and has the last word. */
const checks: Record<PoolField, (value: string, all: PoolSettings) => string | undefined> = {
  region: (region, { userPoolId }) => {
    if (!/^(local|[a-z]{2}(-[a-z]+)+-\d)$/.test(region)) return 'A region looks like eu-west-1.';
    const named = regionOf(userPoolId);
    return named !== undefined && named !== region ? `The user pool ID names another region: ${named}.` : undefined;
  },
  userPoolId: (id) =>
    /^(local|[a-z]{2}(-[a-z]+)+-\d)_[0-9A-Za-z]{1,55}$/.test(id)
      ? undefined
      : 'A user pool ID looks like eu-west-1_AbCdEfGhI.',
  clientId: (id) =>
    /^[0-9a-z]{1,128}$/.test(id) ? undefined : 'An app client ID has small letters and digits only, often 26 of them.',
  rpId: (id) => {
    if (/^[a-z]+:\/\//i.test(id)) return 'The domain alone, without https:// in front.';
    if (/[/:]/.test(id)) return 'The domain alone, without a port or a path.';
    return /^(localhost|([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63})$/.test(id)
      ? undefined
      : 'A domain looks like login.example.com, in small letters.';
  },
};

export function poolFieldProblem(field: PoolField, settings: PoolSettings): string | undefined {
  return checks[field](settings[field], settings);
}

/** The region that a user pool ID begins with. */
export function regionOf(userPoolId: string): string | undefined {
  return /^(local|[a-z]{2}(?:-[a-z]+)+-\d)_/.exec(userPoolId)?.[1];
}
