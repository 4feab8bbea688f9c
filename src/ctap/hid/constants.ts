/**
 * CTAPHID numbers, one table per concept, in the order of the specification.
 * https://fidoalliance.org/specs/fido-v2.2-ps-20250714/fido-client-to-authenticator-protocol-v2.2-ps-20250714.html#usb
 */
export const HidCommand = {
  PING: 0x01,
  MSG: 0x03,
  LOCK: 0x04,
  INIT: 0x06,
  WINK: 0x08,
  CBOR: 0x10,
  CANCEL: 0x11,
  KEEPALIVE: 0x3b,
  ERROR: 0x3f,
} as const;
export type HidCommand = (typeof HidCommand)[keyof typeof HidCommand];

/** The payload of CTAPHID_ERROR (§11.2.9.1.6). */
export const HidErrorCode = {
  INVALID_CMD: 0x01,
  INVALID_PAR: 0x02,
  INVALID_LEN: 0x03,
  INVALID_SEQ: 0x04,
  MSG_TIMEOUT: 0x05,
  CHANNEL_BUSY: 0x06,
  LOCK_REQUIRED: 0x0a,
  INVALID_CHANNEL: 0x0b,
  OTHER: 0x7f,
} as const;
export type HidErrorCode = (typeof HidErrorCode)[keyof typeof HidErrorCode];

/** The payload of CTAPHID_KEEPALIVE (§11.2.9.2.1). */
export const KeepaliveStatus = { PROCESSING: 1, UPNEEDED: 2 } as const;

/** The capability flags in the answer to CTAPHID_INIT (§11.2.9.1.3). */
export const Capability = { WINK: 0x01, CBOR: 0x04, NMSG: 0x08 } as const;

/** The channel on which channels are allocated (§11.2.3). */
export const BROADCAST_CID = 0xffffffff;
/** Bytes of a report: the size that every FIDO key on USB uses, and every simulator over UDP. */
export const REPORT_SIZE = 64;
/** Bytes of payload in the first report of a message and in those that follow (§11.2.4). */
export const INITIAL_DATA = REPORT_SIZE - 7;
export const CONTINUATION_DATA = REPORT_SIZE - 5;
/** The last sequence number of a continuation report. */
const MAX_SEQUENCE = 0x7f;
/** The longest message: one initial and 128 continuation reports, 7609 bytes. */
export const MAX_MESSAGE = INITIAL_DATA + (MAX_SEQUENCE + 1) * CONTINUATION_DATA;
export const NONCE_LENGTH = 8;

/** How a FIDO key shows itself among HID devices (§11.2.8.2). */
export const FIDO_USAGE_PAGE = 0xf1d0;
export const FIDO_USAGE = 0x01;
