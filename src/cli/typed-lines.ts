import type { Input } from './world.js';

/** Longer than any command that is typed at a running program, in characters. */
const MOST_LINE = 1000;
/** Whoever sends that much without an end of line is no person, and no script of ours. */
const MOST_WITHOUT_END = 1 << 20;

/**
 * Calls `act` for each line of standard input as it comes, without its end, from now on. What is too long for a command is
 * passed over up to its end; input that has no ends is not read any more.
 * @param onGivenUp told when that happens
 */
export function onTypedLine(stdin: Input, act: (line: string) => void, onGivenUp: () => void): void {
  let begun = '';
  let length = 0;
  const end = () => {
    if (length <= MOST_LINE) act(begun.replace(/\r$/, ''));
    begun = '';
    length = 0;
  };
  const onData = (text: string) => {
    const [first = '', ...lines] = text.split('\n');
    const add = (piece: string) => {
      length += piece.length;
      if (length <= MOST_LINE) begun += piece;
    };
    add(first);
    for (const line of lines) {
      end();
      add(line);
    }
    if (length <= MOST_WITHOUT_END) return;
    stdin.off('data', onData).pause();
    onGivenUp();
  };
  stdin.setEncoding('utf8').on('data', onData);
  stdin.once('end', () => {
    if (begun !== '') end();
  });
}
