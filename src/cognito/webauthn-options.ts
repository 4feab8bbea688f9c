import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '../shared/webauthn-json.js';
import { badAnswer } from './errors.js';
import { isBase64Url, isObject, isText, isTextList, parseJson } from './json.js';

/** Reads CREDENTIAL_REQUEST_OPTIONS, which travel as text. Unknown members are kept. Throws CognitoError `bad-answer`. */
export function readRequestOptions(text: string | undefined): PublicKeyCredentialRequestOptionsJSON {
  const options = text === undefined ? undefined : parseJson(text);
  if (!isObject(options)) throw badAnswer('CREDENTIAL_REQUEST_OPTIONS');
  const { challenge, rpId, timeout, allowCredentials, hints, userVerification = 'preferred', extensions } = options;
  check(isBase64Url(challenge), 'challenge');
  check(isOptional(rpId, isNonEmpty), 'rpId');
  check(isOptional(timeout, isDuration), 'timeout');
  check(isOptional(allowCredentials, isDescriptors), 'allowCredentials');
  check(isOptional(hints, isTextList), 'hints');
  check(isText(userVerification), 'userVerification');
  check(isOptional(extensions, isObject), 'extensions');
  // Every member that the type names has just been checked.
  return { ...options, userVerification } as PublicKeyCredentialRequestOptionsJSON;
}

/** Reads CredentialCreationOptions, which travel as JSON. Unknown members are kept. Throws CognitoError `bad-answer`. */
export function readCreationOptions(options: unknown): PublicKeyCredentialCreationOptionsJSON {
  if (!isObject(options)) throw badAnswer('CredentialCreationOptions');
  const { rp, user, challenge, pubKeyCredParams, excludeCredentials, authenticatorSelection: selection } = options;
  check(isObject(rp) && isOptional(rp['id'], isNonEmpty) && isText(rp['name']), 'rp');
  check(isObject(user) && isUserHandle(user['id']) && isText(user['name']) && isText(user['displayName']), 'user');
  check(isBase64Url(challenge), 'challenge');
  check(Array.isArray(pubKeyCredParams) && pubKeyCredParams.every(isParameter), 'pubKeyCredParams');
  check(isOptional(excludeCredentials, isDescriptors), 'excludeCredentials');
  check(isOptional(selection, isSelection), 'authenticatorSelection');
  check(isOptional(options['timeout'], isDuration), 'timeout');
  check(isOptional(options['hints'], isTextList), 'hints');
  check(isOptional(options['attestation'], isText), 'attestation');
  check(isOptional(options['attestationFormats'], isTextList), 'attestationFormats');
  check(isOptional(options['extensions'], isObject), 'extensions');
  return {
    ...options,
    ...(isObject(selection) && {
      authenticatorSelection: { ...selection, userVerification: selection['userVerification'] ?? 'preferred' },
    }),
    // Every member that the type names has just been checked.
  } as PublicKeyCredentialCreationOptionsJSON;
}

function check(isFine: boolean, member: string): void {
  if (!isFine) throw badAnswer(member);
}

const isOptional = (value: unknown, is: (value: unknown) => boolean): boolean => value === undefined || is(value);
const isNonEmpty = (value: unknown): boolean => isText(value) && value !== '';
const isDuration = (value: unknown): boolean => typeof value === 'number' && value >= 0;
/** 1 to 64 bytes: 86 characters of base64url. */
const isUserHandle = (value: unknown): boolean => isBase64Url(value) && value.length <= 86;
const isParameter = (value: unknown): boolean =>
  isObject(value) && Number.isInteger(value['alg']) && isText(value['type']);
const isSelection = (value: unknown): boolean =>
  isObject(value) &&
  isOptional(value['authenticatorAttachment'], isText) &&
  isOptional(value['residentKey'], isText) &&
  isOptional(value['requireResidentKey'], (required) => typeof required === 'boolean') &&
  isOptional(value['userVerification'], isText);
const isDescriptors = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.every(
    (item) =>
      isObject(item) &&
      isBase64Url(item['id']) &&
      isNonEmpty(item['type']) &&
      isOptional(item['transports'], isTextList),
  );
