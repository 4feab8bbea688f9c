import { onAbort } from '../../ctap/on-abort.js';
import type { CaseDesk, Confirmed } from '../../helpdesk/case-desk.js';
import type { Helpdesk } from '../../helpdesk/helpdesk.js';
import { FailureError } from '../../failures/failure-error.js';
import type { CheckedInput, Handlers } from '../../shared/ipc.js';
import type { KeyId } from '../../shared/keys.js';
import { eachBehind } from '../handler-tables.js';
import type { RelyingParty } from '../relying-party.js';
import type { Ceremonies } from '../keys/ceremonies.js';
import type { Enrolment } from '../keys/enrolment.js';
import { confirmed } from './confirmed.js';
import type { HelpdeskRequest } from './gate.js';
import { inWords } from './in-words.js';
import { erasedKey, type KeyWorkParts, preparedKey } from './key-work.js';
import { type Printer, saveReceipt } from './receipts.js';
import type { StationHelpdesk } from './station-helpdesk.js';

export interface HelpdeskParts extends KeyWorkParts {
  readonly helpdesk: StationHelpdesk;
  readonly ceremonies: Ceremonies;
  readonly enrolment: Enrolment;
  /** Throws FailureError `rp/not-allowed` for another than the pool's. */
  readonly relyingParty: (asked: string | undefined) => RelyingParty;
  readonly printer: Printer;
  /** The station's files. */
  readonly folder: string;
}

type HelpdeskHandlers = Pick<Handlers, HelpdeskRequest>;

/** Who does what a helpdesk's window asks. What fails is said in words, and what has changed is told before the answer. */
export function helpdeskHandlers(parts: HelpdeskParts): HelpdeskHandlers {
  const { helpdesk } = parts;
  const handlers = {
    ...ofOperator(parts),
    ...ofPeople(parts),
    ...ofCase(parts),
    ...ofReceipts(parts),
    ...ofKeys(parts),
  };
  return eachBehind<HelpdeskRequest>(handlers, (_, handler) => async (input) => {
    try {
      return await handler(input);
    } catch (error) {
      throw await inWords(error);
    } finally {
      helpdesk.tell();
    }
  });
}

type Some<K extends HelpdeskRequest> = Pick<Handlers, K>;

function ofOperator(parts: HelpdeskParts): Some<'helpdesk.state' | 'helpdesk.signIn' | 'helpdesk.signOut'> {
  const { helpdesk } = parts;
  return {
    'helpdesk.state': () => helpdesk.state(),
    'helpdesk.signIn': ({ username, confirm }) =>
      confirmed(parts, confirm, ({ key, signal }) =>
        helpdesk.signIn((engine) => engine.signIn(username, key, { signal })),
      ),
    'helpdesk.signOut': () => helpdesk.leave(),
  };
}

function ofPeople({
  helpdesk,
}: HelpdeskParts): Some<
  | 'helpdesk.find'
  | 'helpdesk.stopFinding'
  | 'helpdesk.person'
  | 'helpdesk.factors'
  | 'helpdesk.plan'
  | 'helpdesk.cases'
  | 'helpdesk.begin'
  | 'helpdesk.resume'
  | 'helpdesk.leave'
> {
  const engine = () => helpdesk.engine();
  return {
    'helpdesk.find': async ({ searchId, text, page }) => {
      const here = await engine();
      return helpdesk.finding(searchId, (signal) => here.find({ text, page }, { signal }));
    },
    'helpdesk.stopFinding': ({ searchId }) => {
      helpdesk.stopFinding(searchId);
    },
    'helpdesk.person': async ({ name }) => (await engine()).person(name),
    'helpdesk.factors': async ({ username }) => (await engine()).factors(username),
    'helpdesk.plan': async ({ username, disable, way }) => {
      const here = await engine();
      return here.plan(await here.person(username), { disable, way });
    },
    'helpdesk.cases': async () => (await engine()).cases(),
    'helpdesk.begin': async ({ username, reason }) => {
      const here = await engine();
      const { file } = await here.begin(await here.person(username), reason);
      return { caseId: file.id };
    },
    'helpdesk.resume': async ({ caseId }) => {
      await (await engine()).resume(caseId);
    },
    'helpdesk.leave': async ({ caseId }) => (await engine()).leave(caseId),
  };
}

type CaseRequest =
  | 'makeSafe'
  | 'enable'
  | 'changes'
  | 'takeOver'
  | 'sendCode'
  | 'answerCode'
  | 'ask'
  | 'approve'
  | 'refuse'
  | 'passkeys'
  | 'deletePasskeys'
  | 'enrol'
  | 'useKey'
  | 'closeSession'
  | 'end';

function ofCase(parts: HelpdeskParts): Some<`helpdesk.${CaseRequest}`> {
  const { helpdesk, registry } = parts;
  const desk = async (caseId: string) => (await helpdesk.engine()).case(caseId);
  const onCase = <T>(
    { caseId, confirm }: Pick<CheckedInput<'helpdesk.makeSafe'>, 'caseId' | 'confirm'>,
    act: (here: CaseDesk, call: Confirmed & { readonly signal: AbortSignal }) => Promise<T>,
  ) => confirmed(parts, confirm, async (call) => act(await desk(caseId), call));
  return {
    'helpdesk.makeSafe': ({ disable, ...input }) => onCase(input, (here, call) => here.makeSafe({ ...call, disable })),
    'helpdesk.enable': (input) => onCase(input, (here, call) => here.enable(call)),
    'helpdesk.changes': async ({ caseId }) => (await desk(caseId)).changes(),
    'helpdesk.takeOver': async ({ caseId }) => (await desk(caseId)).takeOver(),
    'helpdesk.sendCode': (input) => onCase(input, (here, call) => here.sendCode(call)),
    'helpdesk.answerCode': async ({ caseId, code }) => (await desk(caseId)).answerCode(code),
    'helpdesk.ask': ({ reason, ...input }) => onCase(input, (here, call) => here.ask(reason, call)),
    'helpdesk.approve': ({ username, ...input }) =>
      onCase(input, (here, { key, signal }) => here.approve({ username, key }, { signal })),
    'helpdesk.refuse': async ({ caseId, why }) => (await desk(caseId)).refuse(why),
    'helpdesk.passkeys': async ({ caseId }) => (await desk(caseId)).passkeys(),
    'helpdesk.deletePasskeys': ({ ids, leavesNone, ...input }) =>
      onCase(input, (here, call) => here.deletePasskeys(ids, { ...call, leavesNone })),
    'helpdesk.enrol': (input) => enrol(parts, input, () => desk(input.caseId)),
    'helpdesk.useKey': ({ caseId, keyId }) => {
      registry.summary(keyId); // one that is out is no choice: the question stays
      helpdesk.wantedKeys.use(caseId, keyId);
    },
    'helpdesk.closeSession': async ({ caseId }) => (await desk(caseId)).closeSession(),
    'helpdesk.end': ({ staysDisabled, leavesUnsettled, caseId, confirm }) =>
      confirmed(parts, confirm, async (call) => {
        await (await helpdesk.engine()).end(caseId, { ...call, staysDisabled, leavesUnsettled });
      }),
  };
}

/** Two ceremonies, the operator's and that of the new key, of which each ends the other: one USB port serves for both keys. */
function enrol(
  parts: HelpdeskParts,
  { caseId, confirm, ceremonyId, nickname, use }: CheckedInput<'helpdesk.enrol'>,
  desk: () => Promise<CaseDesk>,
): Promise<{ credentialId: string }> {
  const { ceremonies, enrolment, helpdesk, relyingParty } = parts;
  return ceremonies.conduct(ceremonyId, undefined, (ceremony, onKey) =>
    confirmed(parts, confirm, async ({ key, signal: ofOperator }) => {
      const signal = AbortSignal.any([ofOperator, ceremony.signal]);
      const ignore = onAbort(ofOperator, () => {
        ceremony.cancel(ofOperator.reason as Error);
      });
      try {
        const here = await desk();
        const credentialId = await here.enrol(
          {
            nickname,
            use,
            make: async (creation) => {
              const keyId = await helpdesk.wantedKeys.choice(caseId, signal);
              return onKey(keyId, (work) => enrolment.make(work, creation, relyingParty(creation.rp.id)));
            },
          },
          { key, signal },
        );
        return { credentialId };
      } finally {
        ignore();
      }
    }),
  );
}

function ofReceipts({
  helpdesk,
  printer,
  folder,
}: HelpdeskParts): Some<'helpdesk.receipt' | 'helpdesk.saveReceipt' | 'helpdesk.printReceipt'> {
  const pageOf = async (here: Helpdesk, caseId: string) => {
    const file = await here.file(caseId);
    const { receiptHtml } = await import('../../helpdesk/receipt-html.js');
    const { receiptOf } = await import('../../helpdesk/receipt.js');
    return { file, html: receiptHtml(receiptOf(file)) };
  };
  return {
    'helpdesk.receipt': async ({ caseId }) => {
      const here = await helpdesk.engine();
      const { receiptOf } = await import('../../helpdesk/receipt.js');
      return receiptOf(await here.file(caseId));
    },
    'helpdesk.saveReceipt': async ({ caseId }) => {
      const here = await helpdesk.engine();
      const { file, html } = await pageOf(here, caseId);
      const path = await saveReceipt(folder, file.id, await printer.pdfOf(html));
      await here.receiptMade(file);
      return { path };
    },
    'helpdesk.printReceipt': async ({ caseId }) => {
      const here = await helpdesk.engine();
      const { file, html } = await pageOf(here, caseId);
      await printer.print(html);
      await here.receiptMade(file);
    },
  };
}

function ofKeys(parts: HelpdeskParts): Some<'helpdesk.resetKey' | 'helpdesk.prepareKey'> {
  const { helpdesk } = parts;
  return {
    'helpdesk.resetKey': ({ confirm, ...input }) => {
      demandAnother(confirm, input);
      return confirmed(parts, confirm, async (call) => erasedKey(parts, await helpdesk.engine(), input, call));
    },
    'helpdesk.prepareKey': ({ confirm, ...input }) => {
      demandAnother(confirm, input);
      return confirmed(parts, confirm, async (call) => preparedKey(parts, await helpdesk.engine(), input, call));
    },
  };
}

/** An operator who mistakes the one for the other would be locked out. */
function demandAnother(confirm: { readonly keyId: KeyId }, { keyId }: { readonly keyId: KeyId }): void {
  if (confirm.keyId === keyId) throw new FailureError({ code: 'helpdesk/own-key' });
}
