import type { AdminKey } from '../config.js';

/** What the helpdesk's people may do: the actions of HelpdeskPolicy in resources/cognito/template.yaml. */
export const HELPDESK_ACTIONS = [
  'cognito-idp:ListUsers',
  'cognito-idp:AdminGetUser',
  'cognito-idp:AdminGetUserAuthFactors',
  'cognito-idp:AdminListGroupsForUser',
  'cognito-idp:AdminDisableUser',
  'cognito-idp:AdminEnableUser',
  'cognito-idp:AdminUserGlobalSignOut',
  'kms:GenerateMac',
] as const;

/** They open nothing but a local pool. */
export const HELPDESK_CREDENTIALS = {
  accessKeyId: 'KEYDESKHELPDESK',
  secretAccessKey: 'keydesk-helpdesk-secret',
} as const;

/** The helpdesk's key at a local pool, which may do no more than the policy says. */
export const HELPDESK_KEY: AdminKey = {
  ...HELPDESK_CREDENTIALS,
  user: 'helpdesk',
  actions: HELPDESK_ACTIONS,
};
