import { Ctap2 } from './ctap2.js';
import { type ChannelTimes, HidChannel } from './hid/channel.js';
import { Capability, HidCommand } from './hid/constants.js';
import type { HidPort } from './hid/port.js';
import { type DeviceInfo, getInfo } from './get-info.js';
import { ClientPin } from './pin/client-pin.js';
import { pinProtocol } from './pin/protocol.js';
import type { CallOptions } from './transport.js';
import { infoOfU2f } from './u2f/info.js';
import { U2f } from './u2f/u2f.js';
import { isU2fOnly } from './u2f/u2f-only.js';

/** One open authenticator: its commands, what it last said of itself, and its PIN. */
export class Authenticator {
  readonly ctap: Ctap2;
  /** Its U2F half, which is all that older keys have; undefined where it has none. */
  readonly u2f: U2f | undefined;
  /** Whether it takes the commands of CTAP2 at all. */
  readonly speaksCtap2: boolean;
  readonly #channel: HidChannel;
  #info: DeviceInfo;
  #clientPin: ClientPin | undefined;

  private constructor(channel: HidChannel, ctap: Ctap2 | undefined, info: DeviceInfo, u2f: U2f | undefined) {
    this.#channel = channel;
    this.ctap = ctap ?? new Ctap2(channel); // a key of U2F refuses each command with one clear error
    this.speaksCtap2 = ctap !== undefined;
    this.#info = info;
    this.u2f = u2f;
  }

  /**
   * Opens a channel and asks the authenticator about itself. One that speaks U2F only is described in the same terms:
   * version U2F_V2, and none of the options. When opening fails the port is closed.
   * @throws TransportError, also for a key that speaks neither CTAP2 nor U2F (`refused`); CtapError, ResponseError
   */
  static async open(port: HidPort, times?: Partial<ChannelTimes>): Promise<Authenticator> {
    try {
      const channel = await HidChannel.open(port, times);
      const { capabilities } = channel.init;
      const u2f = capabilities & Capability.NMSG ? undefined : new U2f(channel);
      const speaksCtap2 = capabilities & Capability.CBOR && !(port.usbId && isU2fOnly(port.usbId));
      if (!speaksCtap2) return new Authenticator(channel, undefined, await infoOfU2f(u2f), u2f);
      const ctap = new Ctap2(channel);
      return new Authenticator(channel, ctap, await getInfo(ctap), u2f);
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
    if (!this.speaksCtap2) return this.#info; // nothing in it ever changes
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
  ping(payload: Uint8Array, options?: CallOptions): Promise<Uint8Array> {
    return this.#channel.call(HidCommand.PING, payload, options);
  }

  async close(): Promise<void> {
    this.#clientPin?.forget();
    await this.#channel.close();
  }
}
