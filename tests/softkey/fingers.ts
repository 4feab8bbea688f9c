import { concat } from '../../src/ctap/codec/bytes.js';
import { type CborMap, encode, numbered } from '../../src/ctap/codec/cbor.js';
import { BioEnrollmentSubcommand as Subcommand, CtapCommand, Permission } from '../../src/ctap/commands.js';
import { ScriptedSensor } from '../../src/softkey/fingerprint-sensor.js';
import type { SoftKeyOptions } from '../../src/softkey/soft-key.js';
import { type Answer, bytes, PinClient, type Platform, plug } from './platform.js';

export const PIN = '1234';
export const THUMB = { finger: 'thumb' };
export const INDEX = { finger: 'index' };

/** A platform that holds a token for fingerprints. */
export class Enroller {
  readonly #platform: Platform;
  readonly #pin: PinClient;
  readonly #token: Uint8Array;
  readonly #command: number;

  private constructor(platform: Platform, pin: PinClient, token: Uint8Array, command: number) {
    this.#platform = platform;
    this.#pin = pin;
    this.#token = token;
    this.#command = command;
  }

  static async open(platform: Platform, permissions: number = Permission.BIO_ENROLLMENT): Promise<Enroller> {
    const pin = new PinClient(platform);
    return new Enroller(platform, pin, await pin.token(PIN, permissions), CtapCommand.BIO_ENROLLMENT);
  }

  static async openPreview(platform: Platform): Promise<Enroller> {
    const pin = new PinClient(platform, 1);
    return new Enroller(platform, pin, await pin.token(PIN), CtapCommand.BIO_ENROLLMENT_PREVIEW);
  }

  /** A subcommand with its proof. */
  ask(subcommand: number, params?: CborMap): Promise<Answer> {
    const message = concat(Uint8Array.of(1, subcommand), params ? encode(params) : new Uint8Array());
    const { param, version } = this.#pin.prove(this.#token, message);
    return this.#platform.ctap(this.#command, numbered(1, subcommand, params, version, param));
  }

  /** Samples of one finger until the key has enough. Resolves with the template's ID. */
  async enrol(): Promise<Uint8Array> {
    const first = await this.ask(Subcommand.ENROLL_BEGIN);
    const id = bytes(first.body, 4);
    for (let left = first.body.get(6); left !== 0;) {
      left = (await this.ask(Subcommand.ENROLL_CAPTURE_NEXT_SAMPLE, numbered(id))).body.get(6);
    }
    return id;
  }
}

/** A key with a PIN and one enrolled thumb, whose sensor sees nothing until a test says what. */
export async function withThumb(options: Partial<SoftKeyOptions> = {}) {
  const sensor = new ScriptedSensor();
  const { key, platform } = await plug({ fingerprints: { samples: 2 }, sensor, ...options });
  const preview = options.profile === '2.1-pre';
  const pin = new PinClient(platform, preview ? 1 : 2);
  await pin.setPin(PIN);
  const enroller = await (preview ? Enroller.openPreview(platform) : Enroller.open(platform));
  sensor.put(THUMB, THUMB);
  const id = await enroller.enrol();
  return { key, platform, pin, sensor, enroller, id };
}
