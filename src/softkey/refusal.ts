import { type CtapStatus, statusName } from '../ctap/status.js';

/** How a command ends without success: thrown anywhere below it, and sent as its status byte. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: CtapStatus;

  constructor(status: CtapStatus) {
    super(statusName(status));
    this.status = status;
  }
}
