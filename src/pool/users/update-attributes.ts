import type { Pool } from '../context.js';
import type { User } from '../state.js';
import { isAddress, sendAttributeCode } from './attribute-codes.js';
import { setAttributes } from './attributes.js';
import type { AddressAttribute, CodeDeliveryDetails } from './mail.js';

/**
 * Writes attributes. A new address that the pool verifies by itself gets a code, unless it is said to be verified in the
 * same breath; where the pool wants it proven first, the old one stays until then. Returns where codes went.
 */
export async function updateAttributes(
  pool: Pool,
  user: User,
  attributes: ReadonlyMap<string, string>,
  caller: { readonly clientId: string; readonly clientMetadata: Readonly<Record<string, string>> },
): Promise<CodeDeliveryDetails[]> {
  const provenFirst = provenFirstIn(pool);
  const changed = [...attributes].filter(
    ([name, value]) => value !== '' && user.attributes[name] !== value && attributes.get(`${name}_verified`) !== 'true',
  );
  const waiting = changed.filter(([name]) => provenFirst.includes(name));
  setAttributes(user, new Map([...attributes].filter(([name]) => !waiting.some(([other]) => other === name))));
  user.pendingAttributes = { ...user.pendingAttributes, ...Object.fromEntries(waiting) };
  user.modifiedAt = pool.now();
  pool.store.touch(user);
  const deliveries: CodeDeliveryDetails[] = [];
  for (const [name] of changed) {
    if (!isAddress(name) || !isVerified(pool, name)) continue;
    const occasion = { source: 'CustomMessage_UpdateUserAttribute', ...caller } as const;
    deliveries.push(await sendAttributeCode(pool, user, name, occasion));
  }
  return deliveries;
}

const isVerified = (pool: Pool, name: AddressAttribute): boolean =>
  pool.store.settings.pool.AutoVerifiedAttributes.includes(name);

/** The attributes that change only once the new value is proven; the service lets a pool ask that of those it verifies. */
function provenFirstIn({ store }: Pool): string[] {
  const { AutoVerifiedAttributes, UserAttributeUpdateSettings } = store.settings.pool;
  const wanted = UserAttributeUpdateSettings?.AttributesRequireVerificationBeforeUpdate ?? [];
  return wanted.filter((name) => AutoVerifiedAttributes.includes(name));
}
