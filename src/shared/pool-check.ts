import { z } from 'zod';

/** How a line of the checklist stands. `unknown`: it cannot be seen, or these credentials may not look. */
const FindingState = z.enum(['ok', 'warning', 'problem', 'unknown']);

/** One line of the checklist of a user pool. All but `id` and `state` is English for an administrator. */
export const Finding = z.strictObject({
  /** Stays the same from version to version. */
  id: z.string(),
  title: z.string(),
  state: FindingState,
  /** What the pool is set to. */
  found: z.string(),
  /** Why it matters. */
  why: z.string(),
  /** What to do about it; undefined where nothing needs doing. */
  fix: z.string().optional(),
  /** Where the setting is in the AWS console. */
  console: z.string(),
  /** Whether `keydesk pool apply` does it. */
  automatic: z.boolean(),
});
export type Finding = z.infer<typeof Finding>;

/** What came of checking a pool: the checklist, or why it could not be read, in words. */
export const PoolReport = z.discriminatedUnion('isRead', [
  z.strictObject({ isRead: z.literal(true), findings: z.array(Finding) }),
  z.strictObject({
    isRead: z.literal(false),
    sentence: z.string(),
    next: z.string(),
    /** For the helpdesk. Never a secret. */
    detail: z.string(),
  }),
]);
export type PoolReport = z.infer<typeof PoolReport>;
