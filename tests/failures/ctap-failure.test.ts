import { describe, expect, it } from 'vitest';

import { ClientError, type ClientErrorCode } from '../../src/ctap/client/errors.js';
import { decode } from '../../src/ctap/codec/cbor.js';
import { CtapCommand } from '../../src/ctap/commands.js';
import {
  CtapError,
  hidRefusal,
  ResponseError,
  TransportError,
  type TransportErrorCode,
} from '../../src/ctap/errors.js';
import { HidErrorCode } from '../../src/ctap/hid/constants.js';
import { encodePin } from '../../src/ctap/pin/pin.js';
import { CtapStatus, statusName } from '../../src/ctap/status.js';
import { toFailure } from '../../src/failures/ctap-failure.js';
import { FAILURE_MESSAGES } from '../../src/shared/messages.js';
import { ERROR_CODES } from '../../src/shared/result.js';

/** Every one of them: the compiler asks for those that are missing. */
const TRANSPORT_CODES = Object.keys({
  'device-removed': 0,
  'not-permitted': 0,
  'no-answer': 0,
  unconfirmed: 0,
  'channel-busy': 0,
  protocol: 0,
  refused: 0,
  'message-too-large': 0,
  closed: 0,
  io: 0,
} satisfies Record<TransportErrorCode, 0>) as TransportErrorCode[];

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('it did not throw');
}

describe('the failure that an error of a key becomes', () => {
  it('knows every status of the specification, and names it for the helpdesk', () => {
    for (const status of Object.values(CtapStatus)) {
      const failure = toFailure(new CtapError(status, CtapCommand.GET_ASSERTION));
      expect(ERROR_CODES).toContain(failure.code);
      expect(failure.detail).toContain(statusName(status));
    }
  });

  it('knows every CTAPHID error and every fault of the cable, and keeps their words for the helpdesk', () => {
    const refusals = Object.entries(HidErrorCode).map(([name, code]) => ({ error: hidRefusal(code), name }));
    const faults = TRANSPORT_CODES.map((code) => ({ error: new TransportError(code, `words of ${code}`), name: code }));
    for (const { error, name } of [...refusals, ...faults]) {
      const failure = toFailure(error);
      expect(ERROR_CODES).toContain(failure.code);
      expect(failure.detail).toContain(name);
    }
  });

  it('has a sentence, a next step and no words of the protocol for each of them', () => {
    for (const { sentence, next } of Object.values(FAILURE_MESSAGES)) {
      for (const text of [sentence, next]) expect(text).toMatch(/^[A-Z].*\.$/);
      expect(`${sentence} ${next}`).not.toMatch(/CTAP|0x|token|status/i);
    }
  });

  it('leaves to "refused" only what the person can do nothing else about', () => {
    const refused = Object.entries(CtapStatus).filter(
      ([, status]) => toFailure(new CtapError(status, CtapCommand.GET_ASSERTION)).code === 'key/refused',
    );
    expect(refused.map(([name]) => name)).toEqual(['INVALID_PARAMETER', 'MISSING_PARAMETER', 'OTHER']);
  });

  it.each([
    [CtapStatus.PIN_INVALID, 'pin/wrong'],
    [CtapStatus.PIN_AUTH_BLOCKED, 'pin/replug'],
    [CtapStatus.CREDENTIAL_EXCLUDED, 'key/already-registered'],
    [CtapStatus.USER_ACTION_TIMEOUT, 'key/not-touched'],
    [CtapStatus.OPERATION_DENIED, 'key/denied'],
    [CtapStatus.NOT_ALLOWED, 'key/not-allowed'],
    [CtapStatus.LOCK_REQUIRED, 'key/locked'],
    [CtapStatus.FP_DATABASE_FULL, 'key/fingerprints-full'],
    [CtapStatus.LARGE_BLOB_STORAGE_FULL, 'key/blobs-full'],
    [CtapStatus.INTEGRITY_FAILURE, 'key/blobs-damaged'],
    [CtapStatus.PIN_TOKEN_EXPIRED, 'key/verify-again'],
    [CtapStatus.PUAT_REQUIRED, 'key/verify-again'],
    [CtapStatus.UP_REQUIRED, 'key/touch-needed'],
    [CtapStatus.UV_INVALID, 'uv/failed'],
    [CtapStatus.UV_BLOCKED, 'uv/blocked'],
    [CtapStatus.REQUEST_TOO_LARGE, 'key/too-much'],
  ] as const)('tells 0x%s as %s', (status, code) => {
    expect(toFailure(new CtapError(status, CtapCommand.MAKE_CREDENTIAL)).code).toBe(code);
  });

  it('keeps the number of a status that no specification has', () => {
    expect(toFailure(new CtapError(0xf3, CtapCommand.GET_INFO))).toEqual({
      code: 'key/refused',
      detail: 'VENDOR_F3 (0xf3) in answer to command 0x04',
    });
  });

  it('says for a blocked PIN that no tries are left', () => {
    expect(toFailure(new CtapError(CtapStatus.PIN_BLOCKED, CtapCommand.CLIENT_PIN))).toMatchObject({ retries: 0 });
    expect(toFailure(new ClientError('pin-blocked', 'No PIN tries are left'))).toMatchObject({ retries: 0 });
  });

  it('tells a reset that comes too late from other things that are not allowed', () => {
    expect(toFailure(new CtapError(CtapStatus.NOT_ALLOWED, CtapCommand.RESET)).code).toBe('key/reset-window');
  });

  it.each([
    [new TransportError('device-removed', 'x'), 'key/removed'],
    [new TransportError('not-permitted', 'x'), 'key/not-permitted'],
    [new TransportError('channel-busy', 'x'), 'key/busy'],
    [new TransportError('io', 'x'), 'key/unreachable'],
    [new TransportError('refused', 'This key speaks U2F only'), 'key/unsupported'],
    [new TransportError('refused', 'x', { hidError: 0x01 }), 'key/unsupported'],
    [new TransportError('refused', 'x', { hidError: 0x04 }), 'key/protocol'],
    [new TransportError('refused', 'x', { hidError: 0x0a }), 'key/locked'],
    [new TransportError('refused', 'x', { hidError: 0x99 }), 'key/protocol'],
    [new TransportError('unconfirmed', 'x'), 'cancelled'],
    [new ResponseError('versions', 'is missing'), 'key/protocol'],
  ] as const)('tells a fault of the cable: %s', (error, code) => {
    expect(toFailure(error)).toEqual({ code, detail: error.message });
  });

  it.each([
    ['bad-options', 'ceremony/bad-options'],
    ['rp-id', 'rp/not-allowed'],
    ['no-credentials', 'key/no-passkey'],
    ['pin-change-required', 'pin/change-required'],
    ['uv-blocked', 'uv/blocked'],
  ] satisfies [ClientErrorCode, string][])('tells the end of a ceremony: %s', (from, to) => {
    expect(toFailure(new ClientError(from, 'x')).code).toBe(to);
  });

  it('adds the status to the detail of a ceremony that ended with it', () => {
    const cause = new CtapError(CtapStatus.CREDENTIAL_EXCLUDED, CtapCommand.MAKE_CREDENTIAL);
    expect(toFailure(new ClientError('already-registered', 'There is one', { cause })).detail).toBe(
      'There is one: CREDENTIAL_EXCLUDED (0x19) in answer to command 0x01',
    );
  });

  it('tells a PIN that cannot be one without the PIN', () => {
    for (const pin of ['', '12\u00004567', 'geheim'.repeat(20)]) {
      const failure = toFailure(thrownBy(() => encodePin(pin, { minPinLength: 4, maxPinLength: 63 })));
      expect(failure.code).toBe('pin/policy');
      if (pin !== '') expect(failure.detail).not.toContain(pin);
    }
  });

  it('takes bytes that are no CBOR for a fault of the key', () => {
    expect(toFailure(thrownBy(() => decode(Uint8Array.of(0xff)))).code).toBe('key/protocol');
  });

  it('tells a cancel from time that has run out', () => {
    expect(toFailure(AbortSignal.abort().reason)).toEqual({ code: 'cancelled' });
    expect(toFailure(new DOMException('The operation timed out', 'TimeoutError'))).toEqual({ code: 'key/not-touched' });
  });

  it('keeps the words of errors that are not ours to itself', () => {
    expect(toFailure(new TypeError('cannot read property of 123456'))).toEqual({
      code: 'internal',
      detail: 'TypeError',
    });
    expect(toFailure('123456')).toEqual({ code: 'internal' });
  });
});
