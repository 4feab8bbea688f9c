import { Encoder } from 'cbor-x';

import { decode, encode } from '../../src/ctap/codec/cbor.js';
import { CtapCommand } from '../../src/ctap/commands.js';
import { HidChannel } from '../../src/ctap/hid/channel.js';
import { HidCommand } from '../../src/ctap/hid/constants.js';
import { makeCredentialParameters } from '../../src/ctap/make-credential.js';
import { MemoryPort } from '../../src/softkey/ports/memory-port.js';
import { SoftKey } from '../../src/softkey/soft-key.js';

/** How often each is done in a turn, and how many turns there are: the fastest turn counts, the others were disturbed. */
const TIMES = 2000;
const TURNS = 15;

/**
 * Our codec against plain cbor-x, which it is built on: how many times as long it takes to check, build and narrow an
 * answer, and to put a request into canonical order. Measured on getInfo's answer and makeCredential's request and answer.
 */
export async function compareCbor() {
  const { info, request, made } = await messages();
  const plain = new Encoder({ useRecords: false, mapsAsObjects: false, variableMapSize: true, tagUint8Array: false });
  const decoding = (bytes: Uint8Array) => ratio(() => decode(bytes), () => plain.decode(bytes) as unknown); // prettier-ignore
  return {
    decodeOverCborX: { getInfo: decoding(info), makeCredential: decoding(made) },
    encodeOverCborX: { makeCredential: ratio(() => encode(request), () => plain.encode(request)) }, // prettier-ignore
  };
}

async function messages() {
  const channel = await HidChannel.open(new MemoryPort(new SoftKey({ profile: '2.3' })));
  const ask = async (...request: number[]) => (await channel.call(HidCommand.CBOR, Uint8Array.from(request))).slice(1);
  const request = makeCredentialParameters({
    clientDataHash: new Uint8Array(32),
    rp: { id: 'login.example.com', name: 'Example' },
    user: { id: new Uint8Array(16), name: 'ada@example.com', displayName: 'Ada' },
    algorithms: [-7, -8, -257],
    rk: true,
  });
  const info = await ask(CtapCommand.GET_INFO);
  const made = await ask(CtapCommand.MAKE_CREDENTIAL, ...encode(request));
  await channel.close();
  return { info, request, made };
}

function ratio(ours: () => unknown, theirs: () => unknown): { ratio: number; oursUs: number; theirsUs: number } {
  const [mine, plain] = [fastest(ours), fastest(theirs)];
  return { ratio: Number((mine / plain).toFixed(2)), oursUs: micros(mine), theirsUs: micros(plain) };
}

/** Milliseconds for `TIMES` times. */
function fastest(act: () => unknown): number {
  let best = Infinity;
  for (let turn = 0; turn < TURNS; turn++) {
    const start = performance.now();
    for (let time = 0; time < TIMES; time++) act();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

function micros(ms: number): number {
  return Number(((ms / TIMES) * 1000).toFixed(2));
}
