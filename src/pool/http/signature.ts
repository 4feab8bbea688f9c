import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import type { AdminKey, PoolConfig } from '../config.js';
import { ServiceError } from '../errors.js';

const ALGORITHM = 'AWS4-HMAC-SHA256';
const MAX_SKEW_MS = 5 * 60_000;
const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 +Credential=([^/,\s]+)\/(\d{8})\/([^/,\s]+)\/([^/,\s]+)\/aws4_request, *SignedHeaders=([a-z0-9;-]+), *Signature=([0-9a-f]{64})$/;
const AMZ_DATE = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

/**
 * Verifies the AWS signature (version 4) of a request to `/` by one of the pool's admin keys, and tells which.
 * Throws MissingAuthenticationToken-, IncompleteSignature-, UnrecognizedClient- or InvalidSignatureException.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 * @param service the name that requests to the service are signed for
 */
export function checkSignature(
  config: Pick<PoolConfig, 'region' | 'adminKeys'>,
  service: string,
  request: Pick<IncomingMessage, 'method' | 'headers'>,
  body: Buffer,
  now: number,
): AdminKey {
  const { authorization } = request.headers;
  if (authorization === undefined)
    throw new ServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token');
  const match = AUTHORIZATION.exec(authorization);
  const timestamp = header(request, 'x-amz-date');
  if (!match || !AMZ_DATE.test(timestamp))
    throw new ServiceError(
      'IncompleteSignatureException',
      'The Authorization header is not an AWS Signature Version 4.',
    );
  const [, keyId, date = '', region = '', signedFor = '', signedHeaders = '', signature = ''] = match;

  const key = config.adminKeys.find(({ accessKeyId }) => accessKeyId === keyId);
  if (!key)
    throw new ServiceError('UnrecognizedClientException', 'The security token included in the request is invalid.');
  const names = signedHeaders.split(';');
  if (region !== config.region || signedFor !== service || !timestamp.startsWith(date) || !names.includes('host'))
    throw invalid(
      'Credential should be scoped to this region and service, of the day of the request, and sign the host.',
    );
  if (Math.abs(Date.parse(timestamp.replace(AMZ_DATE, '$1-$2-$3T$4:$5:$6Z')) - now) > MAX_SKEW_MS)
    throw invalid('Signature expired or not yet current.');

  const canonical = [
    request.method ?? '',
    '/',
    '', // no query
    ...names.map((name) => `${name}:${header(request, name).trim().replace(/ +/g, ' ')}`),
    '',
    signedHeaders,
    sha256(body),
  ].join('\n');
  const scope = `${date}/${region}/${service}/aws4_request`;
  const signingKey = [date, region, service, 'aws4_request'].reduce<Buffer>(
    (parent, part) => hmac(parent, part),
    Buffer.from(`AWS4${key.secretAccessKey}`),
  );
  const expected = hmac(signingKey, [ALGORITHM, timestamp, scope, sha256(canonical)].join('\n'));
  if (!timingSafeEqual(expected, Buffer.from(signature, 'hex')))
    throw invalid('The request signature we calculated does not match the signature you provided.');
  return key;
}

const sha256 = (data: Buffer | string): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();
const invalid = (message: string) => new ServiceError('InvalidSignatureException', message);

function header(request: Pick<IncomingMessage, 'headers'>, name: string): string {
  const value = request.headers[name] ?? '';
  return Array.isArray(value) ? value.join(',') : value;
}
