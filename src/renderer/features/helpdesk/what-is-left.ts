import type { OpenCase } from '../../../shared/helpdesk.js';

/**
 * What must be said before a case is ended as it stands: that a person cannot get in, or that the lost key still can. Empty where
 * all is well.
 * @param staysDisabled whether they are to stay barred, who were barred in this case
 */
export function whatIsLeft(view: OpenCase, staysDisabled: boolean): string[] {
  const { isEnabled, isDisabledHere, isFederated, isUnsettled, passkeys, deleted, enrolled } = view;
  const hasNone = passkeys ? passkeys.length === 0 : deleted.length > 0 && enrolled.length === 0;
  return [
    ...(staysDisabled ? ['The person stays barred: they cannot sign in at all.'] : []),
    ...(!isEnabled && !isDisabledHere
      ? ['Somebody else has barred the person, and that stays so: they cannot sign in at all.']
      : []),
    ...(isUnsettled
      ? ['It is not known whether the last change of their passkeys was done: nobody has listed them since.']
      : []),
    ...(!isFederated && hasNone
      ? ['The person has no passkey: until they enrol a key, a code by e-mail is their only way in.']
      : []),
    ...(!isFederated && deleted.length === 0
      ? ['No passkey was deleted: whoever has the lost key and its PIN can still sign in with it.']
      : []),
  ];
}
