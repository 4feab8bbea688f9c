import { Authenticator } from '../../src/ctap/authenticator.js';
import { create } from '../../src/ctap/client/create.js';
import { get } from '../../src/ctap/client/get.js';
import { encodePin } from '../../src/ctap/pin/pin.js';
import { MemoryPort } from '../../src/softkey/ports/memory-port.js';
import { SoftKey, type SoftKeyOptions } from '../../src/softkey/soft-key.js';
import { creation, ORIGIN, request } from '../../tests/ctap/options.js';
import { Person } from '../../tests/ctap/person.js';
import { SpyPort } from '../../tests/ctap/spy-port.js';

const PIN = '2580-bench';

export interface Count {
  readonly commands: number;
  /** 64-byte reports, keepalives included. */
  readonly reportsOut: number;
  readonly reportsIn: number;
}

/** A create and then a get, both with the PIN of a key that has one: what goes over the cable once getInfo is known. */
export async function countCeremonies(profile: SoftKeyOptions['profile']): Promise<{ create: Count; get: Count }> {
  const key = new SoftKey({ profile });
  await setPin(key);
  const spy = new SpyPort(new MemoryPort(key));
  const authenticator = await Authenticator.open(spy);
  const context = { authenticator, interaction: new Person(PIN, PIN) };
  const created = await counted(spy, () => create(creation(), ORIGIN, context));
  const allowCredentials = [{ id: created.result.id, type: 'public-key' }];
  const got = await counted(spy, () => get({ ...request(), allowCredentials }, ORIGIN, context));
  await authenticator.close();
  return { create: created.count, get: got.count };
}

async function setPin(key: SoftKey): Promise<void> {
  const authenticator = await Authenticator.open(new MemoryPort(key));
  await authenticator.clientPin?.setPin(encodePin(PIN));
  await authenticator.close();
}

async function counted<T>(spy: SpyPort, act: () => Promise<T>): Promise<{ result: T; count: Count }> {
  spy.forget();
  const before = { ...spy.reports };
  const result = await act();
  const { out, in: received } = spy.reports;
  const count = { commands: spy.commands.length, reportsOut: out - before.out, reportsIn: received - before.in };
  return { result, count };
}
