/** The virtual machine cannot be had on this computer; the message says why. The checks are then skipped, by name and reason. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}
