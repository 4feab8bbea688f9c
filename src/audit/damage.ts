/** What is wrong with a log that is not as it was written. */
type Fault =
  | 'no-log' // neither the log nor its head
  | 'not-an-entry' // a line that says nothing that the log would say
  | 'altered' // a line that is not the one that its neighbours, or the head, know
  | 'out-of-order' // a line removed, added or moved
  | 'inserted' // a line between two that follow each other
  | 'cut' // the end is missing
  | 'beyond-head' // more at the end than a program that was ended can have left
  | 'head-missing'
  | 'head-damaged'
  | 'not-noted'; // it does not hold the head that was noted elsewhere

/** The place, as a line that counts from 1, and the fault. */
export interface Damage {
  readonly line: number;
  readonly fault: Fault;
}

const SENTENCES: Readonly<Record<Fault, string>> = {
  'no-log': 'there is no audit log',
  'not-an-entry': 'it is no entry of an audit log',
  altered: 'it is not as it was written',
  'out-of-order': 'another entry belongs here: lines were removed, added or moved',
  inserted: 'it stands between two entries that follow each other',
  cut: 'the log ends before it: its end was cut off',
  'beyond-head': 'the head record knows of nothing from here on',
  'head-missing': 'the head record is missing, so nothing shows whether more lines followed',
  'head-damaged': 'the head record is damaged, so nothing shows whether more lines followed',
  'not-noted': 'the head that was noted elsewhere is not in the log: from here on it may be another one',
};

/** For a person: "line 12: it is not as it was written". */
export function describeDamage({ line, fault }: Damage): string {
  return fault === 'no-log' ? SENTENCES[fault] : `line ${line}: ${SENTENCES[fault]}`;
}

/** What is worth knowing of a log that is intact. */
export interface Note {
  readonly line: number;
  readonly kind:
    | 'clock-back' // its time is earlier than that of the line before
    | 'unfinished' // the last line has no end
    | 'head-behind'; // the head record does not know the last line yet
}

const NOTES: Readonly<Record<Note['kind'], string>> = {
  'clock-back': 'its time is earlier than that of the line before, because the clock was set back',
  unfinished: 'it has no end: it is being written at this moment, or a program was ended while it wrote it',
  'head-behind': 'the head record does not know it yet: it was written at this moment, or a program was ended after it',
};

export function describeNote({ line, kind }: Note): string {
  return `line ${line}: ${NOTES[kind]}`;
}
