import { concat } from './codec/bytes.js';
import { type CborMap, decode, encode } from './codec/cbor.js';
import { CborError } from './codec/cbor-errors.js';
import type { CtapCommand } from './commands.js';
import { CtapError, ResponseError } from './errors.js';
import { HidCommand } from './hid/constants.js';
import { isMap } from './members.js';
import { CtapStatus } from './status.js';
import type { CallOptions, Transport } from './transport.js';

/** The longest request that every authenticator takes (CTAP 2.2 §6.4, maxMsgSize). */
export const DEFAULT_MAX_MESSAGE_SIZE = 1024;

/** CTAP2 commands over a transport: a request is a command byte and a map, an answer a status byte and a map (§8). */
export class Ctap2 {
  readonly transport: Transport;
  /** getInfo's maxMsgSize in bytes, once it is known. */
  maxMessageSize = DEFAULT_MAX_MESSAGE_SIZE;

  constructor(transport: Transport) {
    this.transport = transport;
  }

  /**
   * Sends one command. A command without answer members resolves with an empty map.
   * @throws CtapError for any status but success, also for a request that is larger than the authenticator takes
   * @throws TransportError when the cable fails, ResponseError when the answer cannot be read
   * @throws the signal's reason when the command was cancelled by it
   */
  async send(command: CtapCommand, parameters?: CborMap, options: CallOptions = {}): Promise<CborMap> {
    const request = concat(Uint8Array.of(command), parameters ? encode(parameters) : new Uint8Array());
    if (request.length > this.maxMessageSize) throw new CtapError(CtapStatus.REQUEST_TOO_LARGE, command);
    const answer = await this.transport.call(HidCommand.CBOR, request, options);
    const status = answer[0];
    if (status === undefined) throw new ResponseError('status', 'is missing');
    if (status === CtapStatus.KEEPALIVE_CANCEL) options.signal?.throwIfAborted();
    if (status !== CtapStatus.SUCCESS) throw new CtapError(status, command);
    return answer.length === 1 ? new Map() : asMap(answer.subarray(1));
  }
}

function asMap(bytes: Uint8Array): CborMap {
  try {
    const value = decode(bytes);
    if (isMap(value)) return value;
  } catch (error) {
    if (error instanceof CborError) throw new ResponseError('answer', error.message, { cause: error });
    throw error;
  }
  throw new ResponseError('answer', 'is no CBOR map');
}
