/** From here on a wrong PIN may be the one that blocks the key, or comes close to it: of eight, the last three. */
const LAST_TRIES = 3;

/** Whether a PIN may be sent only after the person has said yes to spending one of the last tries. */
export function spendsLastTries(retries: number | undefined): boolean {
  return retries !== undefined && retries <= LAST_TRIES;
}
