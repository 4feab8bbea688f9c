import { z } from 'zod';

import type { Pool } from '../context.js';
import { TextMap } from '../input.js';
import { userOperation } from '../operation.js';
import { isAddress, sendAttributeCode } from '../users/attribute-codes.js';
import { AttributeList, readAttributes, setAttributes } from '../users/attributes.js';
import type { AddressAttribute, CodeDeliveryDetails } from '../users/mail.js';

const UpdateSettings = z.object({ AttributesRequireVerificationBeforeUpdate: z.array(z.string()).default([]) });

/**
 * A new address that the pool verifies by itself gets a code. Where the pool wants it proven first, the old one stays
 * until then.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserAttributes.html
 */
export const updateUserAttributes = userOperation(
  { UserAttributes: AttributeList, ClientMetadata: TextMap.default({}) },
  async (pool, { UserAttributes, ClientMetadata: clientMetadata }, { user, clientId }) => {
    const attributes = readAttributes(UserAttributes, 'client');
    const provenFirst = provenFirstIn(pool);
    const changed = [...attributes].filter(([name, value]) => value !== '' && user.attributes[name] !== value);
    const waiting = changed.filter(([name]) => provenFirst.includes(name));
    setAttributes(user, new Map([...attributes].filter(([name]) => !waiting.some(([other]) => other === name))));
    user.pendingAttributes = { ...user.pendingAttributes, ...Object.fromEntries(waiting) };
    user.modifiedAt = pool.now();
    pool.store.touch(user);
    const CodeDeliveryDetailsList: CodeDeliveryDetails[] = [];
    for (const [name] of changed) {
      if (!isAddress(name) || !isVerified(pool, name)) continue;
      const occasion = { source: 'CustomMessage_UpdateUserAttribute', clientId, clientMetadata } as const;
      CodeDeliveryDetailsList.push(await sendAttributeCode(pool, user, name, occasion));
    }
    return { CodeDeliveryDetailsList };
  },
);

const isVerified = (pool: Pool, name: AddressAttribute): boolean =>
  pool.store.settings.pool.AutoVerifiedAttributes.includes(name);

/** The attributes that change only once the new value is proven; the service lets a pool ask that of those it verifies. */
function provenFirstIn(pool: Pool): string[] {
  const { data } = UpdateSettings.safeParse(pool.store.settings.pool.UserAttributeUpdateSettings);
  return (data?.AttributesRequireVerificationBeforeUpdate ?? []).filter(
    (name) => isAddress(name) && isVerified(pool, name),
  );
}
