import { writeFile } from 'node:fs/promises';

import { CognitoError } from '../../cognito/errors.js';
import type { CaseDesk } from '../../helpdesk/case-desk.js';
import { receiptHtml } from '../../helpdesk/receipt-html.js';
import { receiptOf } from '../../helpdesk/receipt.js';
import { receiptText } from '../../helpdesk/receipt-text.js';
import type { CaseView, Plan, SessionWay } from '../../shared/helpdesk.js';
import type { Context } from '../context.js';
import { makePasskey } from '../make-passkey.js';
import { mayAnswerAgain } from '../pool-answers.js';
import { printable } from '../printable.js';
import { Problem, problemOf, usage } from '../problem.js';
import { type DeskOptions, type OpenDesk, withHelpdesk } from './desk.js';

/** Options of commands for one person. */
export interface CaseOptions extends DeskOptions {
  readonly reason?: string;
  readonly dryRun?: boolean;
  readonly takeOver?: boolean;
}

export interface SafeOptions extends CaseOptions {
  readonly disable?: boolean;
}

export interface SessionOptions extends SafeOptions {
  readonly way: SessionWay;
  readonly approver?: string;
  readonly approverKey?: string;
  readonly enrol?: string;
  readonly backup?: string;
  readonly key?: string;
  readonly backupKey?: string;
  readonly delete?: readonly string[];
  readonly leavesNone?: boolean;
  readonly end?: boolean;
}

export interface EndOptions extends CaseOptions {
  readonly staysDisabled?: boolean;
  readonly leavesUnsettled?: boolean;
}

/** Signs somebody out everywhere, and bars them where that is wanted. */
export function safe(name: string, options: SafeOptions, context: Context): Promise<void> {
  return onCase(name, { ...options, way: 'here' }, context, async (desk, { key }) => {
    await desk.makeSafe({ disable: options.disable === true, key, signal: context.signal });
  });
}

/** Lets somebody sign in again. */
export function enable(name: string, options: CaseOptions, context: Context): Promise<void> {
  return onCase(name, { ...options, way: 'here' }, context, async (desk, { key }) => {
    await desk.enable({ key, signal: context.signal });
  });
}

/**
 * Everything that takes a session for the person, in one go: it ends with the command, as nobody's tokens are written anywhere.
 * Enrols first, so that nobody is left without a passkey when the deletion fails.
 */
export function session(name: string, options: SessionOptions, context: Context): Promise<void> {
  return onCase(name, options, context, async (desk, open) => {
    const { key } = open;
    const { signal } = context;
    await openSession(desk, open, options, context);
    await desk.passkeys({ signal });
    const make =
      (with_: string | undefined): Parameters<CaseDesk['enrol']>[0]['make'] =>
      (creation) =>
        makePasskey(creation, { rpId: open.pool.rpId, ...(with_ !== undefined && { key: with_ }) }, context);
    if (options.enrol !== undefined)
      await desk.enrol({ make: make(options.key), nickname: options.enrol, use: 'replacement' }, { key, signal });
    if (options.backup !== undefined)
      await desk.enrol({ make: make(options.backupKey), nickname: options.backup, use: 'backup' }, { key, signal });
    if (options.delete !== undefined)
      await desk.deletePasskeys(options.delete, { key, signal, leavesNone: options.leavesNone });
    if (options.end === true) await open.helpdesk.end(desk.file.id, { key, signal });
  });
}

export function end(name: string, options: EndOptions, context: Context): Promise<void> {
  const { staysDisabled = false, leavesUnsettled = false } = options;
  return onCase(name, { ...options, way: 'here', mustBeOpen: true }, context, async (desk, { helpdesk, key }) => {
    await helpdesk.end(desk.file.id, { key, signal: context.signal, staysDisabled, leavesUnsettled });
  });
}

/** Lists the open cases of this station. */
export async function list(options: DeskOptions, context: Context): Promise<void> {
  await withHelpdesk(options, context, async ({ helpdesk }) => {
    const cases = await helpdesk.cases();
    const lines = cases.map(({ id, person, reason, openedAt, isBusy }) =>
      printable(`${id}  ${person.username}  ${openedAt}  ${reason}${isBusy ? '  (somebody works on it)' : ''}`),
    );
    context.terminal.result({ cases }, lines.length === 0 ? 'No case is open.' : lines.join('\n'));
  });
}

/** Prints the receipt of a case, or writes it as a page to print. */
export async function receipt(
  id: string,
  options: DeskOptions & { readonly html?: string },
  context: Context,
): Promise<void> {
  await withHelpdesk(options, context, async ({ helpdesk }) => {
    const file = await helpdesk.file(id);
    const made = receiptOf(file);
    if (options.html !== undefined) await write(options.html, receiptHtml(made));
    await helpdesk.receiptMade(file);
    const text = receiptText(made).split('\n').map(printable).join('\n');
    context.terminal.result({ receipt: made, html: options.html }, text);
  });
}

async function write(path: string, page: string): Promise<void> {
  try {
    await writeFile(path, page, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw usage(`The receipt cannot be written: ${printable(why)}.`, 'Name a file that is not there yet.');
  }
}

/** Works on the open case of a person, or opens one; with --dry-run only tells what would be done. */
async function onCase(
  name: string,
  options: SafeOptions & { readonly way: SessionWay; readonly mustBeOpen?: boolean },
  context: Context,
  work: (desk: CaseDesk, open: OpenDesk) => Promise<void>,
): Promise<void> {
  const { terminal, signal } = context;
  await withHelpdesk(options, context, async (open) => {
    const { helpdesk } = open;
    if (options.dryRun === true) {
      const person = await helpdesk.person(name, { signal });
      const plan = await helpdesk.plan(person, { disable: options.disable === true, way: options.way }, { signal });
      terminal.result({ plan }, planText(plan));
      return;
    }
    const desk = await caseOf(name, options, open, context);
    if (options.takeOver === true) {
      for (const change of await desk.changes({ signal })) terminal.say(printable(`Taken over: ${change}`));
      await desk.takeOver({ signal });
    }
    await work(desk, open);
    const view = desk.view();
    terminal.result({ case: view }, viewText(view));
  });
}

/** The open case of a person; a new one where there is none, unless one must be open. */
async function caseOf(
  name: string,
  { reason = 'a lost security key', mustBeOpen = false }: CaseOptions & { readonly mustBeOpen?: boolean },
  { helpdesk }: OpenDesk,
  { signal }: Context,
): Promise<CaseDesk> {
  const cases = await helpdesk.cases();
  // By its own name first: who was deleted in the middle is found by nothing else.
  const named = cases.find(({ person: { username, sub } }) => [username, sub].includes(name));
  if (named) return helpdesk.resume(named.id, { signal });
  const person = await helpdesk.person(name, { signal });
  const known = cases.find(({ person: { sub } }) => sub === person.sub);
  if (known) return helpdesk.resume(known.id, { signal });
  if (mustBeOpen)
    throw new Problem('helpdesk/no-case', 'No case of this person is open.', 'See `keydesk helpdesk cases`.');
  return helpdesk.begin(person, reason);
}

async function openSession(
  desk: CaseDesk,
  { key, keyOf }: OpenDesk,
  { way, reason, approver, approverKey, spendLastTries = false }: SessionOptions,
  context: Context,
): Promise<void> {
  const { terminal, signal } = context;
  if (way === 'on-behalf') {
    const asked = await desk.ask(reason ?? (await terminal.line('Reason, which the person is told: ')), {
      key,
      signal,
    });
    const username = approver ?? (await terminal.line('Second operator: '));
    terminal.say(`${printable(username)} is to approve this within five minutes, with their own key.`);
    await demandYes(
      desk,
      printable(`${asked.by.username} asks for ${desk.file.person.username}: "${asked.reason}".`),
      context,
    );
    const second = { spendLastTries, ...(approverKey !== undefined && { key: approverKey }) };
    await desk.approve({ username, key: keyOf(second) }, { signal });
    return;
  }
  const { destination } = await desk.sendCode({ key, signal });
  for (;;) {
    const code = await terminal.secret(`Code on its way to ${printable(destination ?? 'the person')}: `);
    try {
      await desk.answerCode(code.trim(), { signal });
      return;
    } catch (error) {
      if (!(error instanceof CognitoError)) throw error;
      mayAnswerAgain(error, ['wrong-code'], terminal);
    }
  }
}

/** A second operator may say no. A script has nobody who could: there the key alone says yes, with its PIN and a touch. */
async function demandYes(desk: CaseDesk, asked: string, { terminal }: Context): Promise<void> {
  if (!terminal.isInteractive || (await terminal.confirm(`${asked} Do you approve?`, '--approver'))) return;
  await desk.refuse(await terminal.line('Why not: '));
  throw problemOf({ code: 'helpdesk/approval-refused' });
}

function planText({ person, changes, steps }: Plan): string {
  return [
    `Nothing was changed. For ${printable(person.username)}:`,
    ...changes.map((change) => printable(`  changed by somebody else: ${change}`)),
    ...steps.map(({ step, isNeeded, says, calls }) =>
      printable(
        `  ${isNeeded ? '*' : ' '} ${step}: ${says}${calls.length > 0 && isNeeded ? ` (${calls.join(', ')})` : ''}`,
      ),
    ),
  ].join('\n');
}

function viewText({ id, person, steps, passkeys, isEnabled, endedAt, isUnsettled }: CaseView): string {
  return [
    `Case ${id} of ${printable(person.username)}: ${endedAt === undefined ? 'open' : 'over'}`,
    ...steps
      .filter(({ state }) => state !== 'todo')
      .map(({ step, state, note }) => printable(`  ${step}: ${state}${note === undefined ? '' : ` (${note})`}`)),
    isEnabled ? 'They may sign in.' : 'They are barred from signing in.',
    ...(isUnsettled ? ['Not known: whether the last act was done. Open a session: the list tells.'] : []),
    ...(passkeys ?? []).map(({ id: passkey, nickname, name, keyProduct }) =>
      printable(
        `  passkey ${passkey}  ${nickname ?? name ?? '(no name)'}${keyProduct === undefined ? '' : `, ${keyProduct}`}`,
      ),
    ),
  ].join('\n');
}
