import { describe, expect, it } from 'vitest';

import { SampleStatus } from '../../../src/ctap/bio-enrollment.js';
import { CtapCommand, Permission } from '../../../src/ctap/commands.js';
import { AskPresence } from '../../../src/softkey/user-presence.js';
import { INDEX, PIN, THUMB, withThumb } from '../fingers.js';
import { asserted, getting, made, making, map, PinClient, plug, RP_ID } from '../platform.js';

const { MAKE_CREDENTIAL, GET_ASSERTION, GET_INFO } = CtapCommand;
const { MAKE_CREDENTIAL: MC, GET_ASSERTION: GA, BIO_ENROLLMENT: BE, CREDENTIAL_MANAGEMENT: CM } = Permission;
const UP_AND_UV = 0x05;

describe('a token for a finger', () => {
  it('makes a credential and signs in, each without a touch, since the finger was there', async () => {
    const presence = new AskPresence();
    const { platform, pin, sensor } = await withThumb({ presence });
    sensor.put(THUMB, THUMB);
    const first = await pin.askTokenByFinger(MC, RP_ID);
    expect([first.status, first.keepalives[0]]).toEqual(['SUCCESS', 2]);
    const making1 = making({ options: { rk: true }, proof: pin.prove(first.token) });
    const { flags, id, publicKey } = made(await platform.success(MAKE_CREDENTIAL, making1));
    expect(flags & UP_AND_UV).toBe(UP_AND_UV);
    const { token } = await pin.askTokenByFinger(GA, RP_ID);
    const answer = await platform.success(GET_ASSERTION, getting({ allow: [id], proof: pin.prove(token) }));
    expect(asserted(answer, publicKey).flags).toBe(UP_AND_UV);
    expect((await platform.ctap(GET_ASSERTION, getting({ proof: pin.prove(token) }))).status).toBe('PIN_AUTH_INVALID');
  });

  it('that is older than half a minute wants a touch again', async () => {
    let now = 0;
    const presence: AskPresence = new AskPresence((waiting) => {
      if (waiting)
        queueMicrotask(() => {
          presence.press();
          wanted++;
        });
    });
    let wanted = 0;
    const { platform, pin, sensor } = await withThumb({ presence, now: () => now });
    sensor.put(THUMB);
    const { token } = await pin.askTokenByFinger(MC | GA, RP_ID);
    await platform.ctap(GET_ASSERTION, getting({ options: { up: false }, proof: pin.prove(token) })); // its first use
    now = 30_001;
    expect((await platform.ctap(MAKE_CREDENTIAL, making({ proof: pin.prove(token) }))).status).toBe('SUCCESS');
    expect(wanted).toBe(1);
  });

  it('is refused for fingers that are not known, until only the PIN helps', async () => {
    const { pin, sensor } = await withThumb();
    sensor.put(INDEX, { ...THUMB, status: SampleStatus.FP_POOR_QUALITY }, INDEX, INDEX, INDEX);
    const statuses = [];
    for (let left = 4; left >= 0; left--) {
      statuses.push((await pin.askTokenByFinger(MC, RP_ID)).status);
      expect(await pin.uvRetries()).toBe(left);
    }
    expect(statuses).toEqual(['UV_INVALID', 'UV_INVALID', 'UV_INVALID', 'UV_INVALID', 'UV_BLOCKED']);
    sensor.put(THUMB);
    expect((await pin.askTokenByFinger(MC, RP_ID)).status).toBe('UV_BLOCKED');
    expect(sensor.left).toBe(1); // nobody was asked
    await pin.token(PIN, MC, RP_ID);
    expect(await pin.uvRetries()).toBe(5);
    expect((await pin.askTokenByFinger(MC, RP_ID)).status).toBe('SUCCESS');
  });

  it('costs no try when no finger comes', async () => {
    const { pin } = await withThumb({ touchTimeoutMs: 5 });
    expect((await pin.askTokenByFinger(MC, RP_ID)).status).toBe('USER_ACTION_TIMEOUT');
    expect(await pin.uvRetries()).toBe(5);
  });

  it('comes from a sensor that repeats by itself where the platform is not to', async () => {
    const { pin, sensor } = await withThumb({ fingerprints: { samples: 2, attempts: 1 } });
    sensor.put(INDEX, INDEX, THUMB, INDEX, INDEX, INDEX);
    expect((await pin.askTokenByFinger(MC, RP_ID)).status).toBe('SUCCESS');
    expect((await pin.askTokenByFinger(MC, RP_ID)).status).toBe('UV_INVALID');
    expect(await pin.uvRetries()).toBe(2);
  });

  it('enrols others only on a key that says so', async () => {
    const { pin, sensor } = await withThumb();
    sensor.put(THUMB);
    expect((await pin.askTokenByFinger(BE)).status).toBe('UNAUTHORIZED_PERMISSION');
    expect((await pin.askTokenByFinger(CM)).status).toBe('SUCCESS');
    const {
      platform,
      pin: other,
      sensor: theirs,
    } = await withThumb({ fingerprints: { samples: 2, enrolsByFinger: true } });
    theirs.put(THUMB);
    expect((await other.askTokenByFinger(BE)).status).toBe('SUCCESS');
    expect(map(await platform.success(GET_INFO), 4).get('uvBioEnroll')).toBe(true);
  });

  it('is not there before a finger is enrolled, nor on a key without sensor', async () => {
    const { platform } = await plug({ fingerprints: true });
    expect((await new PinClient(platform).askTokenByFinger(MC, RP_ID)).status).toBe('NOT_ALLOWED');
    const bare = new PinClient((await plug()).platform);
    expect((await bare.askTokenByFinger(MC, RP_ID)).status).toBe('INVALID_SUBCOMMAND');
    await expect(bare.uvRetries()).rejects.toThrow('INVALID_SUBCOMMAND');
  });
});

describe.each(['2.1-pre', '2.1', '2.3'] as const)('the option uv on CTAP %s', (profile) => {
  it('makes and uses a credential by finger, without token and without a touch', async () => {
    const { platform, sensor } = await withThumb({ profile, presence: new AskPresence() });
    sensor.put(INDEX, THUMB, THUMB);
    const answer = await platform.success(MAKE_CREDENTIAL, making({ options: { rk: true, uv: true } }));
    const { flags, publicKey } = made(answer);
    expect(flags & UP_AND_UV).toBe(UP_AND_UV);
    const signed = await platform.success(GET_ASSERTION, getting({ options: { uv: true } }));
    expect(asserted(signed, publicKey).flags).toBe(UP_AND_UV);
  });

  it('is refused for a finger that is not known, and blocked in the end', async () => {
    const { platform, sensor } = await withThumb({ profile });
    sensor.put(INDEX, INDEX, INDEX, INDEX, INDEX);
    const request = making({ options: { uv: true } });
    expect((await platform.ctap(MAKE_CREDENTIAL, request)).status).toBe('OPERATION_DENIED');
    expect((await platform.ctap(MAKE_CREDENTIAL, request)).status).toBe('PIN_BLOCKED');
    expect((await platform.ctap(GET_ASSERTION, getting({ options: { uv: true } }))).status).toBe('PIN_BLOCKED');
  });
});

it('a key whose PIN only manages gives no token for credentials by it', async () => {
  const { platform, pin, sensor } = await withThumb({ pinOnlyManages: true });
  expect(map(await platform.success(GET_INFO), 4).get('noMcGaPermissionsWithClientPin')).toBe(true);
  expect((await pin.askToken(PIN, MC, RP_ID)).status).toBe('UNAUTHORIZED_PERMISSION');
  expect((await pin.askToken(PIN)).status).toBe('UNAUTHORIZED_PERMISSION');
  expect((await platform.ctap(MAKE_CREDENTIAL, making({ options: { rk: true } }))).status).toBe('OPERATION_DENIED');
  sensor.put(THUMB);
  expect((await pin.askTokenByFinger(MC, RP_ID)).status).toBe('SUCCESS');
});
