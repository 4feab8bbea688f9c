import { KMSClient, KMSInvalidMacException, VerifyMacCommand } from '@aws-sdk/client-kms';

import type { OnBehalf } from '../on-behalf/rules.js';

/** The helpdesk's HMAC_256 key in KMS: it verifies here; operators alone may generate. */
export function macKey(keyId: string): Pick<OnBehalf, 'verifyMac'> {
  const client = new KMSClient({ maxAttempts: 2 });
  return {
    verifyMac: async (message, mac, abortSignal) => {
      const verify = new VerifyMacCommand({ KeyId: keyId, MacAlgorithm: 'HMAC_SHA_256', Message: message, Mac: mac });
      try {
        const { MacValid } = await client.send(verify, { abortSignal });
        return MacValid === true;
      } catch (error) {
        if (error instanceof KMSInvalidMacException) return false;
        throw error;
      }
    },
  };
}
