import type { CallOptions } from '../cognito/call.js';
import { CognitoError } from '../cognito/errors.js';
import {
  completeRegistration,
  deletePasskey,
  listPasskeys,
  type Passkey,
  startRegistration,
} from '../cognito/passkeys.js';
import { FailureError } from '../failures/failure-error.js';
import type { PasskeyUse, PersonPasskey } from '../shared/helpdesk.js';
import type { CaseWork } from './case-work.js';
import { demandUnchanged } from './check-person.js';
import type { HelpdeskOptions, MakePasskey } from './desk.js';
import type { Operator } from './operator.js';
import type { PersonSession, SessionSlot } from './sessions.js';
import { settlePasskeys } from './settle-passkeys.js';

export interface NewPasskey {
  readonly make: MakePasskey;
  /** What the station calls it. */
  readonly nickname: string;
  readonly use: PasskeyUse;
}

/** The passkeys of the person of a case, with their own session: no administrator may list or delete those of others. */
export class PersonPasskeysDesk {
  readonly #options: HelpdeskOptions;
  readonly #work: CaseWork;
  readonly #slot: SessionSlot;
  #listed: readonly PersonPasskey[] | undefined;

  constructor(options: HelpdeskOptions, work: CaseWork, slot: SessionSlot) {
    this.#options = options;
    this.#work = work;
    this.#slot = slot;
  }

  /** As they were listed last. */
  get listed(): readonly PersonPasskey[] | undefined {
    return this.#listed;
  }

  /** Lists them, and settles what was not known of acts that a program was ended in. */
  async list(operator: Operator, call: CallOptions): Promise<readonly PersonPasskey[]> {
    const passkeys = await this.#read(call);
    await this.#work.audit({ action: 'passkey.list' }, operator, 'done', `${passkeys.length} passkeys`);
    await settlePasskeys(
      this.#options,
      this.#work,
      operator,
      passkeys.map(({ id }) => id),
    );
    return this.#keep(passkeys);
  }

  /**
   * Deletes passkeys at the pool, one after the other. Those that are gone already count as deleted.
   * @param leavesNone whether the person may be left without any
   * @throws FailureError `helpdesk/last-passkey` before anything is deleted
   */
  async remove(operator: Operator, ids: readonly string[], leavesNone: boolean, call: CallOptions): Promise<void> {
    const before = await this.list(operator, call);
    const remaining = before.filter(({ id }) => !ids.includes(id));
    const isAnyThere = before.some(({ id }) => ids.includes(id));
    if (isAnyThere && remaining.length === 0 && !leavesNone) throw new FailureError({ code: 'helpdesk/last-passkey' });
    for (const id of new Set(ids)) {
      await demandUnchanged(this.#options, this.#work.file, call);
      await this.#work.perform(
        {
          step: 'delete',
          action: 'passkey.delete',
          passkeys: [id],
          ...(remaining.length === 0 && { note: 'with the operator’s yes to leaving the person without a passkey' }),
          isDone: async (options) => !(await this.#read(options)).some((passkey) => passkey.id === id),
          does: async (options) => {
            await this.#withSession(({ connection, tokens }) => deletePasskey(connection, tokens, id, options));
            return undefined;
          },
        },
        operator,
        call,
      );
    }
    await this.#keep(await this.#read(call));
  }

  /**
   * Has a key make a passkey for the person and registers it. What the pool does not take is left in the station's journal of
   * enrolments, and offered for removal.
   * @returns its credential ID
   */
  async enrol(operator: Operator, { make, nickname, use }: NewPasskey, call: CallOptions): Promise<string> {
    const before = await this.list(operator, call);
    await demandUnchanged(this.#options, this.#work.file, call);
    let made: Awaited<ReturnType<MakePasskey>> | undefined;
    const { enrolments, onFault } = this.#options;
    try {
      await this.#work.perform(
        {
          step: 'enrol',
          action: 'passkey.enrol',
          // Those there were: whoever goes on after the program was ended tells by them which one is new.
          passkeys: before.map(({ id }) => id),
          what: { use, nickname },
          isDone: async (options) => {
            const id = made?.response.id;
            return id === undefined ? undefined : (await this.#read(options)).some((passkey) => passkey.id === id);
          },
          found: () => ({ passkeys: made ? [made.response.id] : [] }),
          does: async (options) => {
            const creation = await this.#withSession(({ connection, tokens }) =>
              startRegistration(connection, tokens, options),
            );
            const answer = await make(creation, options.signal);
            made = answer;
            options.signal?.throwIfAborted(); // the touch has won against the cancel: it is on the key, and is not wanted
            await this.#withSession(({ connection, tokens }) =>
              completeRegistration(connection, tokens, answer.response, options),
            );
            return { passkeys: [answer.response.id] };
          },
        },
        operator,
        call,
      );
    } catch (error) {
      if (made) await enrolments.abandon(made.enrolmentId).catch(onFault);
      throw error;
    }
    if (!made) throw new FailureError({ code: 'internal', detail: 'an enrolment without a passkey' });
    await enrolments.confirm(made.enrolmentId, nickname);
    await this.#keep(await this.#read(call));
    return made.response.id;
  }

  #read(call: CallOptions): Promise<Passkey[]> {
    return this.#withSession(({ connection, tokens }) => listPasskeys(connection, tokens, call));
  }

  /** A session that the pool has ended, because somebody signed the person out, is over here as well. */
  async #withSession<T>(use: (session: PersonSession) => Promise<T>): Promise<T> {
    try {
      return await use(this.#slot.demand());
    } catch (error) {
      if (!(error instanceof CognitoError) || error.code !== 'signed-out') throw error;
      this.#slot.drop();
      throw new FailureError({ code: 'helpdesk/session-over', detail: 'the pool has ended it' }, { cause: error });
    }
  }

  async #keep(passkeys: readonly Passkey[]): Promise<readonly PersonPasskey[]> {
    const records = new Map((await this.#options.enrolments.records()).map((record) => [record.credentialId, record]));
    this.#listed = passkeys.map(({ id, name, createdAt }) => {
      const record = records.get(id);
      return {
        id,
        name,
        createdAt: createdAt?.getTime(),
        nickname: record?.nickname,
        keyProduct: record?.keyProduct,
        keySerial: record?.keySerial,
      };
    });
    this.#options.onChange?.();
    return this.#listed;
  }
}
