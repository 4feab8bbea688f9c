import type { Pool } from '../context.js';
import type { User } from '../state.js';
import type { Medium, Occasion } from '../users/mail.js';
import { userAttributesOf } from './event.js';
import { unrecognizable } from './invoke.js';
import { runTrigger } from './run.js';

/** What stands for code and name in the words that a function gives. */
const CODE = '{####}';
const USERNAME = '{username}';

/** The words of the CustomMessage trigger for a message; none where there is no trigger, or it leaves them as they are. */
export async function customMessage(
  pool: Pool,
  user: User,
  medium: Medium,
  code: string,
  { source, clientId, clientMetadata }: Occasion,
): Promise<{ subject?: string; text?: string }> {
  const response = await runTrigger(pool, 'CustomMessage', {
    source,
    userName: user.username,
    clientId,
    request: {
      userAttributes: userAttributesOf(user),
      codeParameter: CODE,
      usernameParameter: USERNAME,
      linkParameter: '{##Click Here##}',
      clientMetadata,
    },
    response: { smsMessage: null, emailMessage: null, emailSubject: null },
  });
  const message = medium === 'SMS' ? response?.smsMessage : response?.emailMessage;
  const subject = medium === 'SMS' ? undefined : response?.emailSubject;
  // A message without the code would be of no use to anybody: the service refuses it.
  if (typeof message === 'string' && !message.includes(CODE)) throw unrecognizable();
  return {
    ...(typeof subject === 'string' && { subject }),
    ...(typeof message === 'string' && {
      text: message.replaceAll(CODE, code).replaceAll(USERNAME, user.username),
    }),
  };
}
