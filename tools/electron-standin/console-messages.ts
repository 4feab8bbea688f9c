import type { Cdp } from './cdp.js';

/** A line of a page's console, as `console-message` reports it. */
export interface ConsoleLine {
  readonly message: string;
  readonly level: 'info' | 'warning' | 'error' | 'debug';
  readonly lineNumber: number;
  readonly sourceId: string;
}

interface RemoteValue {
  type: string;
  value?: unknown;
  unserializableValue?: string;
  description?: string;
}

const LEVELS: Readonly<Record<string, ConsoleLine['level']>> = {
  debug: 'debug',
  verbose: 'debug',
  warning: 'warning',
  error: 'error',
  assert: 'error',
};

/** Reports what a page writes to its console, its uncaught errors, and what Chromium itself has to say (CSP violations, failed loads). */
export function followConsole(cdp: Cdp, report: (line: ConsoleLine) => void): void {
  cdp.on('Runtime.consoleAPICalled', ({ type, args, stackTrace }) => {
    const at = stackTrace?.callFrames[0];
    report({
      message: args.map(textOf).join(' '),
      level: LEVELS[type] ?? 'info',
      lineNumber: (at?.lineNumber ?? -1) + 1,
      sourceId: at?.url ?? '',
    });
  });
  cdp.on('Runtime.exceptionThrown', ({ exceptionDetails: { exception, text, lineNumber, url } }) => {
    report({
      message: `Uncaught ${exception ? textOf(exception) : text}`,
      level: 'error',
      lineNumber: lineNumber + 1,
      sourceId: url ?? '',
    });
  });
  cdp.on('Log.entryAdded', ({ entry }) => {
    report({
      message: entry.text,
      level: LEVELS[entry.level] ?? 'info',
      lineNumber: (entry.lineNumber ?? -1) + 1,
      sourceId: entry.url ?? '',
    });
  });
}

function textOf({ type, value, unserializableValue, description }: RemoteValue): string {
  if (type === 'string') return String(value);
  return description ?? unserializableValue ?? (value === undefined ? type : JSON.stringify(value));
}
