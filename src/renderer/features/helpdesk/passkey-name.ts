import type { PersonPasskey } from '../../../shared/helpdesk.js';

/** What this station calls a passkey, or the pool does. */
export const nameOf = ({ nickname, name }: PersonPasskey): string => nickname ?? name ?? 'Passkey without a name';
