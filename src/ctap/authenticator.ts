import { Ctap2 } from './ctap2.js';
import { TransportError } from './errors.js';
import { type ChannelTimes, HidChannel } from './hid/channel.js';
import { Capability, HidCommand } from './hid/constants.js';
import type { HidPort } from './hid/port.js';
import { type DeviceInfo, getInfo } from './get-info.js';
import { ClientPin } from './pin/client-pin.js';
import { pinProtocol } from './pin/protocol.js';
import type { CallOptions } from './transport.js';

/** One open authenticator: its commands, what it last said of itself, and its PIN. */
export class Authenticator {
  readonly ctap: Ctap2;
  readonly #channel: HidChannel;
  #info: DeviceInfo;
  #clientPin: ClientPin | undefined;

  private constructor(channel: HidChannel, ctap: Ctap2, info: DeviceInfo) {
    this.#channel = channel;
    this.ctap = ctap;
    this.#info = info;
  }

  /**
   * Opens a channel and asks the authenticator about itself. When that fails the port is closed.
   * @throws TransportError, also for a key that speaks U2F only (`refused`); CtapError, ResponseError
   */
  static async open(port: HidPort, times?: Partial<ChannelTimes>): Promise<Authenticator> {
    try {
      const channel = await HidChannel.open(port, times);
      if (!(channel.init.capabilities & Capability.CBOR))
        throw new TransportError('refused', 'This key speaks U2F only');
      const ctap = new Ctap2(channel);
      return new Authenticator(channel, ctap, await getInfo(ctap));
    } catch (error) {
      await port.close();
      throw error;
    }
  }

  /** What it said last. Setting a PIN, resetting and other changes call `refresh` themselves. */
  get info(): DeviceInfo {
    return this.#info;
  }

  /** From CTAPHID_INIT: major, minor and build number of the device. */
  get deviceVersion(): readonly [number, number, number] {
    return this.#channel.init.deviceVersion;
  }

  /** PIN commands with the best protocol that both know; undefined where the authenticator has no PIN at all. */
  get clientPin(): ClientPin | undefined {
    if (this.#clientPin) return this.#clientPin;
    const numbers = this.#info.pinUvAuthProtocols;
    // Two is the better of the two: a key that offers it gets it, whatever it lists first.
    const protocol = numbers.includes(2)
      ? pinProtocol(2)
      : numbers.map(pinProtocol).find((known) => known !== undefined);
    this.#clientPin = protocol && new ClientPin(this.ctap, protocol);
    return this.#clientPin;
  }

  async refresh(options?: CallOptions): Promise<DeviceInfo> {
    this.#info = await getInfo(this.ctap, options);
    if (this.#info.options.get('clientPin') !== true) this.#clientPin?.forget(); // after a reset, say
    return this.#info;
  }

  /** Lets the key show itself, where it can (CTAPHID_WINK). Resolves with whether it can. */
  async wink(): Promise<boolean> {
    if (!(this.#channel.init.capabilities & Capability.WINK)) return false;
    await this.#channel.call(HidCommand.WINK, new Uint8Array());
    return true;
  }

  /** CTAPHID_PING: the same bytes come back. */
  ping(payload: Uint8Array): Promise<Uint8Array> {
    return this.#channel.call(HidCommand.PING, payload);
  }

  async close(): Promise<void> {
    this.#clientPin?.forget();
    await this.#channel.close();
  }
}
