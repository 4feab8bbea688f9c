import { Command } from 'commander';

import { toHex } from '../../ctap/codec/bytes.js';
import { type CborValue, encode } from '../../ctap/codec/cbor.js';
import type { DeviceInfo } from '../../ctap/get-info.js';
import type { Context } from '../context.js';
import { nameOf } from '../key-choice.js';
import { type KeyOptions, keyOption, withKey } from '../key-session.js';
import { printable } from '../printable.js';
import { aaguidText } from '../../passport/aaguid.js';

/** A member as JSON can say it: bytes become hexadecimal text, and what the key does not say is left out. */
type Plain = string | number | boolean | readonly Plain[] | { readonly [name: string]: Plain };

/** `keydesk info`: everything that the key says of itself. */
export function infoCommand(context: Context): Command {
  return new Command('info')
    .description(
      'show everything that a security key says of itself (authenticatorGetInfo); unknown members in hexadecimal',
    )
    .addOption(keyOption())
    .action((options: KeyOptions) =>
      withKey(options, context, ({ found, authenticator }) => {
        const { id, product, manufacturer, serial, connection } = found;
        const deviceVersion = authenticator.deviceVersion.join('.');
        const info = members(authenticator.info);
        const lines = Object.entries(info).map(([name, value]) => `  ${name}: ${readable(value)}`);
        context.terminal.result(
          { key: { id, product, manufacturer, serial, connection, deviceVersion }, info },
          [`${nameOf(found)} at ${id}, device version ${deviceVersion}`, ...lines].join('\n'),
        );
        return Promise.resolve();
      }),
    );
}

function members({ aaguid, others, ...rest }: DeviceInfo): Readonly<Record<string, Plain>> {
  const plain = Object.entries(rest).flatMap(([name, value]: [string, unknown]) =>
    value === undefined ? [] : [[name, toPlain(value)] as const],
  );
  const unknown = [...others].map(([key, value]) => [keyName(key), toHex(encode(value))] as const);
  return {
    ...Object.fromEntries(plain),
    aaguid: aaguidText(aaguid),
    ...(unknown.length > 0 && { unknownMembers: Object.fromEntries(unknown) }),
  };
}

function keyName(key: CborKeyOf): string {
  return typeof key === 'number' ? `0x${key.toString(16).padStart(2, '0')}` : String(key);
}

type CborKeyOf = DeviceInfo['others'] extends ReadonlyMap<infer K, CborValue> ? K : never;

function toPlain(value: unknown): Plain {
  if (value instanceof Uint8Array) return toHex(value);
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([name, member]: [unknown, unknown]) => [String(name), toPlain(member)]));
  if (Array.isArray(value)) return value.map(toPlain);
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return String(value); // an integer beyond what JSON's numbers can say
}

function readable(value: Plain): string {
  if (typeof value !== 'object') return printable(String(value));
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(readable).join(', ');
  const entries = Object.entries(value).map(([name, member]) => `${printable(name)} ${readable(member)}`);
  return entries.length === 0 ? 'none' : entries.join(', ');
}
