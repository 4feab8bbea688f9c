import { flowsOf } from './app-client.js';
import { ok, rule } from './rule.js';

const CONSOLE = 'Applications → App clients → the client → Edit → Advanced security configurations';

/** How long a refresh token that was replaced is still taken, in seconds: an answer may be lost on the way. */
const GRACE_SECONDS = 10;

/** Signing out ends the tokens. */
export const tokenRevocation = rule({
  id: 'token-revocation',
  title: 'Revocation of tokens',
  why: 'Keydesk revokes its tokens when somebody signs out; without this they stay good until they run out.',
  console: `${CONSOLE} → Token revocation`,
  needs: ['client'],
  judge: ({ client }) => {
    if (client.EnableTokenRevocation === true) return ok('On');
    return {
      state: 'warning',
      found: 'Off',
      fix: 'Turn it on.',
      mended: { client: { ...client, EnableTokenRevocation: true } },
    };
  },
});

/** Keydesk can stay signed in. The service wants either the refresh flow or rotation, not both. */
export const tokenRefresh = rule({
  id: 'token-refresh',
  title: 'Refresh tokens',
  why: 'Without them everybody has to sign in again every hour. Rotation makes a stolen one good for one use, and the theft visible.',
  console: `${CONSOLE} → Refresh token rotation`,
  needs: ['client'],
  judge: ({ client }, { refreshTokenRotation }) => {
    const flows = flowsOf(client);
    const rotation = client.RefreshTokenRotation;
    if (rotation?.Feature === 'ENABLED') return ok('Rotated');
    if (refreshTokenRotation === 'on')
      return {
        state: 'warning',
        found: 'Not rotated',
        fix: 'Rotate them. Programs of this client that use the flow REFRESH_TOKEN_AUTH must then use GetTokensFromRefreshToken.',
        mended: {
          client: {
            ...client,
            ExplicitAuthFlows: flows.filter((flow) => flow !== 'ALLOW_REFRESH_TOKEN_AUTH'),
            RefreshTokenRotation: {
              Feature: 'ENABLED',
              RetryGracePeriodSeconds: rotation?.RetryGracePeriodSeconds ?? GRACE_SECONDS,
            },
          },
        },
      };
    if (flows.includes('ALLOW_REFRESH_TOKEN_AUTH')) return ok('Taken, and not rotated');
    return {
      state: 'problem',
      found: 'Neither rotated nor taken by a flow',
      fix: 'Allow ALLOW_REFRESH_TOKEN_AUTH.',
      mended: { client: { ...client, ExplicitAuthFlows: [...flows, 'ALLOW_REFRESH_TOKEN_AUTH'] } },
    };
  },
});
