import { afterEach, describe, expect, it } from 'vitest';

import { Authenticator } from '../../src/ctap/authenticator.js';
import {
  AuthenticatorConfig,
  configMessage,
  configNeedsToken,
  configState,
} from '../../src/ctap/authenticator-config.js';
import { fromHex, toHex } from '../../src/ctap/codec/bytes.js';
import { ConfigSubcommand as Subcommand, CtapCommand, Permission } from '../../src/ctap/commands.js';
import { decodeInfo } from '../../src/ctap/get-info.js';
import { encodePin } from '../../src/ctap/pin/pin.js';
import { protocolTwo } from '../../src/ctap/pin/protocol.js';
import { CtapStatus } from '../../src/ctap/status.js';
import { MemoryPort } from '../../src/softkey/ports/memory-port.js';
import { SoftKey, type SoftKeyOptions } from '../../src/softkey/soft-key.js';
import { infoOf, openScripted, textMap } from './scripted-key.js';

const open: Authenticator[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((key) => key.close()));
});

async function plug(options: Partial<SoftKeyOptions> = {}, pin?: string) {
  const authenticator = await Authenticator.open(new MemoryPort(new SoftKey({ profile: '2.3', ...options })));
  open.push(authenticator);
  if (pin === undefined) return { authenticator, config: new AuthenticatorConfig(authenticator, undefined) };
  await authenticator.clientPin?.setPin(encodePin(pin));
  await authenticator.refresh();
  const purpose = { permissions: Permission.AUTHENTICATOR_CONFIGURATION };
  const token = await authenticator.clientPin?.tokenUsingPin(encodePin(pin), purpose);
  return { authenticator, config: new AuthenticatorConfig(authenticator, token) };
}

/** A key that says yes to everything and stays as it is. */
async function stubborn(options: Record<string, boolean>, more: Parameters<typeof infoOf>[0] = {}) {
  const scripted = await openScripted(
    infoOf({ 4: textMap({ authnrCfg: true, ...options }), ...more }),
    () => new Map(),
  );
  open.push(scripted.authenticator);
  return { ...scripted, config: new AuthenticatorConfig(scripted.authenticator, undefined) };
}

it('proves a request as the published example does', () => {
  // https://github.com/WebauthnWorks/CTAP2.1-Migration-Guide, Protocol/AuthenticatorConfig.md
  const token = fromHex('0125fecfd8bf3f679bd9ec221324baa74f3cade0314b4fba8029500a320612ad');
  const mac = (subcommand: Subcommand) => toHex(protocolTwo.authenticate(token, configMessage(subcommand)));
  expect(mac(Subcommand.ENABLE_ENTERPRISE_ATTESTATION)).toBe(
    '4e724bc8af8776d0e92a3961c28bf9980b7b3962c610ba7abf07c74a0972b074',
  );
  expect(mac(Subcommand.TOGGLE_ALWAYS_UV)).toBe('40d0d64f5030fa46d8e27c1bb358d5eb7b0da88fd4955b83ed19335bb35d886c');
});

describe.each([undefined, '123456'])('changes, with the PIN %s', (pin) => {
  it('are made, and told by the key itself', async () => {
    const { authenticator, config } = await plug({}, pin);
    await config.setAlwaysUv(false); // as it is
    await config.enableEnterpriseAttestation();
    await config.enableEnterpriseAttestation(); // nothing left to do
    await config.enableLongTouchForReset();
    await config.setMinPinLength({ length: 6, rpIds: ['example.com'] });
    expect(configState(authenticator.info)).toEqual({
      alwaysUv: false,
      enterpriseAttestation: true,
      longTouchForReset: true,
      minPinLength: 6,
      maxRpIds: 4,
    });
    await config.setAlwaysUv(true);
    expect(authenticator.info.options.get('alwaysUv')).toBe(true);
    await config.setAlwaysUv(true);
    await config.setAlwaysUv(false);
    expect(authenticator.info.options.get('alwaysUv')).toBe(false);
  });
});

it('a PIN that is too short now, or is to be replaced, has to be changed', async () => {
  for (const change of [{ length: 8 }, { forceChange: true }]) {
    const { authenticator, config } = await plug({}, '123456');
    await config.setMinPinLength(change);
    expect(authenticator.info.forcePinChange).toBe(true);
  }
});

describe('refusals', () => {
  it('a length that would shrink, or lists that are too long, never reach the key', async () => {
    const { asked, config } = await stubborn({ setMinPINLength: true }, { 13: 8, 16: 1 });
    await expect(config.setMinPinLength({ length: 7 })).rejects.toMatchObject({ code: 'pin-length' });
    await expect(config.setMinPinLength({ length: 64 })).rejects.toMatchObject({ code: 'pin-length' });
    await expect(config.setMinPinLength({ rpIds: ['a.example', 'b.example'] })).rejects.toMatchObject({
      code: 'too-much',
    });
    expect(asked).toEqual([]);
  });

  it('a yes that nothing came of is told', async () => {
    const { config } = await stubborn({ alwaysUv: false, ep: false, setMinPINLength: true }, { 31: [1, 2, 3, 4] });
    await expect(config.setAlwaysUv(true)).rejects.toMatchObject({ code: 'unchanged' });
    await expect(config.enableEnterpriseAttestation()).rejects.toMatchObject({ code: 'unchanged' });
    await expect(config.setMinPinLength({ length: 9 })).rejects.toMatchObject({ code: 'unchanged' });
    await expect(config.setMinPinLength({ forceChange: true })).rejects.toMatchObject({ code: 'unchanged' });
    await expect(config.enableLongTouchForReset()).rejects.toMatchObject({ code: 'unchanged' });
  });

  it('what a key lacks is not asked of it', async () => {
    const bare = await stubborn({});
    const listed = await stubborn({ alwaysUv: false, ep: false, setMinPINLength: true }, { 31: [] });
    for (const { asked, config } of [bare, listed]) {
      await expect(config.setAlwaysUv(true)).rejects.toMatchObject({ code: 'unsupported' });
      await expect(config.enableEnterpriseAttestation()).rejects.toMatchObject({ code: 'unsupported' });
      await expect(config.setMinPinLength({ length: 9 })).rejects.toMatchObject({ code: 'unsupported' });
      await expect(config.enableLongTouchForReset()).rejects.toMatchObject({ code: 'unsupported' });
      expect(asked).toEqual([]);
    }
  });

  it('of the key itself come through as they are', async () => {
    const key = await openScripted(infoOf({ 4: textMap({ authnrCfg: true, alwaysUv: true }) }), ({ command }) =>
      command === CtapCommand.CONFIG ? CtapStatus.OPERATION_DENIED : CtapStatus.OTHER,
    );
    open.push(key.authenticator);
    const config = new AuthenticatorConfig(key.authenticator, undefined);
    await expect(config.setAlwaysUv(false)).rejects.toMatchObject({ status: CtapStatus.OPERATION_DENIED });
  });
});

it.each([
  [{}, Subcommand.SET_MIN_PIN_LENGTH, false],
  [{ clientPin: false }, Subcommand.SET_MIN_PIN_LENGTH, false],
  [{ clientPin: true }, Subcommand.TOGGLE_ALWAYS_UV, true],
  [{ uv: true }, Subcommand.SET_MIN_PIN_LENGTH, true],
  [{ clientPin: false, alwaysUv: true }, Subcommand.SET_MIN_PIN_LENGTH, true],
  [{ clientPin: false, alwaysUv: true }, Subcommand.TOGGLE_ALWAYS_UV, false],
] as const)('a key with %j takes a token for subcommand %i: %s', (options, subcommand, expected) => {
  expect(configNeedsToken(decodeInfo(infoOf({ 4: textMap(options) })), subcommand)).toBe(expected);
});
