import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2';

import type { OnBehalf } from '../on-behalf/rules.js';

/** Notices by Amazon SES. @param from the sender: an address that SES has verified, by itself or by its domain */
export function noticeMail(from: string): Pick<OnBehalf, 'notify'> {
  const client = new SESv2Client({ maxAttempts: 2 });
  const utf8 = (Data: string) => ({ Data, Charset: 'UTF-8' });
  return {
    notify: async ({ to, subject, text }, abortSignal) => {
      const mail = new SendEmailCommand({
        FromEmailAddress: from,
        Destination: { ToAddresses: [to] },
        Content: { Simple: { Subject: utf8(subject), Body: { Text: utf8(text) } } },
      });
      await client.send(mail, { abortSignal });
    },
  };
}
