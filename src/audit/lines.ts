const NEWLINE = 0x0a;

/** A line's exact bytes, its newline among them; the last one may lack it. */
export interface RawLine {
  readonly bytes: Buffer;
  readonly isWhole: boolean;
}

/** Cuts a file, as it is read in pieces, into its lines. */
export async function* linesOf(pieces: AsyncIterable<Buffer>): AsyncGenerator<RawLine, void> {
  let begun: Buffer[] = [];
  for await (const piece of pieces) {
    let start = 0;
    for (let stop = piece.indexOf(NEWLINE); stop >= 0; stop = piece.indexOf(NEWLINE, start)) {
      yield { bytes: Buffer.concat([...begun, piece.subarray(start, stop + 1)]), isWhole: true };
      begun = [];
      start = stop + 1;
    }
    if (start < piece.length) begun.push(piece.subarray(start));
  }
  if (begun.length > 0) yield { bytes: Buffer.concat(begun), isWhole: false };
}
