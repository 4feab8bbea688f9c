import { measurePin, MOST_PIN_BYTES } from '../ctap/pin/pin-rules.js';
import { FAILURE_MESSAGES, triesLeft } from './messages.js';

/** What a key says of its PIN rules. */
export interface PinLimits {
  /** Code points. */
  readonly minLength: number;
  readonly maxLength: number;
  /** Whether the key has rules beyond length, which only it can tell; undefined where it does not say. */
  readonly complexityPolicy?: boolean | undefined;
  /** Where the key's maker explains them. */
  readonly complexityUrl?: string | undefined;
  /** Whether it has to be another PIN than the current one, which is not at hand to compare. */
  readonly mustChange?: boolean | undefined;
}

type PinRuleId = 'shortest' | 'longest' | 'bytes' | 'nul' | 'different' | 'complexity';

/** One rule for a new PIN, and how what is typed stands to it. */
interface PinRule {
  readonly id: PinRuleId;
  /** The rule in words. */
  readonly text: string;
  /** Undefined: only the key can tell, when it gets the PIN. */
  readonly met: boolean | undefined;
  /** What to say while it is not met. */
  readonly remains?: string;
  readonly url?: string;
}

export interface PinAdvice {
  /** In the order in which to show them; those that almost nobody meets come only once they are broken. */
  readonly rules: readonly PinRule[];
  /** What the key counts, after normalisation. */
  readonly codePoints: number;
  readonly bytes: number;
  /** Whether nothing stands against sending it. */
  readonly ready: boolean;
  /** What is left to do, as a sentence; undefined when ready. */
  readonly remains: string | undefined;
}

/**
 * Looks at a new PIN while it is typed: by the true rules (CTAP 2.2 §6.5.1), which count code points after NFC.
 * @param current where the new PIN has to be another one: the PIN that is to be replaced
 */
export function coachPin(typed: string, limits: PinLimits, current?: string): PinAdvice {
  const { text, codePoints, bytes, hasNul } = measurePin(typed);
  const { minLength, maxLength, complexityPolicy, complexityUrl, mustChange = false } = limits;
  const checks: PinRule[] = [
    {
      id: 'shortest',
      text: `At least ${minLength} characters`,
      met: codePoints >= minLength,
      remains: `${codePoints} of at least ${minLength} characters.`,
    },
    {
      id: 'longest',
      text: `At most ${maxLength} characters`,
      met: codePoints <= maxLength,
      remains: `Too long: ${codePoints} characters, and ${maxLength} is the most.`,
    },
    {
      id: 'bytes',
      text: `No more than a security key can hold (${MOST_PIN_BYTES} bytes; letters beyond a to z take two or more)`,
      met: bytes <= MOST_PIN_BYTES,
      remains: `${bytes - MOST_PIN_BYTES} bytes too many for a security key.`,
    },
    { id: 'nul', text: 'No NUL character', met: !hasNul, remains: 'A PIN cannot hold the character NUL.' },
  ];
  if (mustChange || current !== undefined) {
    checks.push({
      id: 'different',
      text: 'Another one than the current PIN',
      met: current === undefined ? undefined : text !== current.normalize('NFC'),
      remains: 'Choose another PIN than the current one.',
    });
  }
  if (complexityPolicy) {
    const url = complexityUrl === undefined ? {} : { url: complexityUrl };
    checks.push({ id: 'complexity', text: 'Not too simple: the key itself decides', met: undefined, ...url });
  }
  const broken = checks.find(({ met }) => met === false);
  return {
    rules: checks.filter(({ id, met }) => met === false || !ON_DEMAND.has(id)),
    codePoints,
    bytes,
    ready: broken === undefined,
    remains: broken?.remains,
  };
}

/** Rules that nearly every PIN keeps: they are worth a line only when one does not. */
const ON_DEMAND: ReadonlySet<PinRuleId> = new Set(['bytes', 'nul']);

/** How a key's PIN stands: tries left, unplug first, or nothing but a reset. */
export interface PinMeter {
  readonly state: 'tries' | 'replug' | 'reset';
  /** Tries left; undefined where the key does not say. */
  readonly left: number | undefined;
  /** Of so many. */
  readonly most: number;
  readonly tone: 'good' | 'careful' | 'danger';
  readonly sentence: string;
  /** What to do; empty while there is nothing to do. */
  readonly next: string;
}

/** As many wrong PINs in a row as CTAP lets any key take. */
const MOST_TRIES = 8;
const FEW_TRIES = 3;

/** @param replugNeeded powerCycleState: three wrong PINs since the key was plugged in */
export function pinMeter(retries: number | undefined, replugNeeded: boolean): PinMeter {
  const known = { left: retries, most: Math.max(MOST_TRIES, retries ?? 0) };
  if (retries === 0) return { state: 'reset', ...known, tone: 'danger', ...FAILURE_MESSAGES['pin/blocked'] };
  if (replugNeeded) return { state: 'replug', ...known, tone: 'careful', ...FAILURE_MESSAGES['pin/replug'] };
  const sentence = retries === undefined ? 'The key does not say how many tries are left.' : triesLeft(retries);
  const tone = retries === undefined || retries > FEW_TRIES ? 'good' : retries > 1 ? 'careful' : 'danger';
  const next =
    tone === 'good' ? '' : 'After the last wrong one only a reset helps, which erases every passkey on the key.';
  return { state: 'tries', ...known, tone, sentence, next };
}

/** The number alone, for places that say the rest themselves. */
export function triesText({ left, sentence }: PinMeter): string {
  return left === undefined ? sentence : triesLeft(left);
}
