import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';

import { beforeAll, describe, expect, it } from 'vitest';

import type { Approval } from '../../src/approval/approval.js';
import { readRequest } from '../../src/approval/request.js';
import { fromBase64url, toBase64url } from '../../src/ctap/codec/bytes.js';
import { ALGORITHMS, Approver, GENERATING_RSA_MS, NOW, ORIGIN, requestOf, RP_ID } from '../approval/approver.js';

const CODE = resolve('docs/verify-approval.js');

/** What the code in the documentation is given, and what it answers. */
type Verify = (
  approval: unknown,
  expected: { credentialId: string; publicKey: string; rpId: string; origin: string; now: number },
) => Promise<unknown>;

let verify: Verify;
let ana: Approver;
let approval: Approval;

beforeAll(async () => {
  // JavaScript, as it stands in the documentation: nobody has typed it.
  ({ verify } = (await import(pathToFileURL(CODE).href)) as { verify: Verify });
  ana = await Approver.enrol();
  approval = await ana.approve(requestOf());
});

const expected = ({ credentialId, publicKey }: Approver = ana) => ({
  credentialId,
  publicKey,
  rpId: RP_ID,
  origin: ORIGIN,
  now: NOW + 1000,
});

describe('the code that docs/approvals.md gives for @simplewebauthn/server', () => {
  it('is what stands in the document', async () => {
    const code = await readFile(CODE, 'utf8');
    expect(await readFile(resolve('docs/approvals.md'), 'utf8')).toContain(`\`\`\`js\n${code}\`\`\`\n`);
  });

  it.each(ALGORITHMS)(
    'accepts an approval by a key of %s',
    async (_name, alg) => {
      const approver = await Approver.enrol({ alg });
      const file: unknown = JSON.parse(JSON.stringify(await approver.approve(requestOf())));
      await expect(verify(file, expected(approver))).resolves.toMatchObject({ action: 'person.sign-out' });
    },
    GENERATING_RSA_MS,
  );

  it('refuses every change of a member of the request', async () => {
    for (const [name, value] of Object.entries(approval.request)) {
      const changed = typeof value === 'string' ? `${value}x` : 'x';
      const altered = { ...approval, request: { ...approval.request, [name]: changed } };
      await expect(verify(altered, expected()), name).rejects.toThrow();
    }
    await expect(verify({ ...approval, request: { ...approval.request, more: 1 } }, expected())).rejects.toThrow();
  });

  it('refuses every change of a byte of the signature, and of what was signed', async () => {
    const { assertion } = approval;
    for (const member of ['clientDataJSON', 'authenticatorData', 'signature'] as const) {
      const bytes = fromBase64url(assertion.response[member]);
      // Of the signature the number at its end: the library is generous about how DER frames it, which changes nothing that was signed.
      for (let at = member === 'signature' ? bytes.length - 31 : 0; at < bytes.length; at++) {
        const changed = bytes.slice();
        changed[at] = (changed[at] ?? 0) ^ 0x01;
        const response = { ...assertion.response, [member]: toBase64url(changed) };
        const altered = { ...approval, assertion: { ...assertion, response } };
        await expect(verify(altered, expected()), `${member}, byte ${at}`).rejects.toThrow();
      }
    }
  });

  it('refuses another key, origin, relying party and time, and an approval without PIN', async () => {
    const ben = await Approver.enrol();
    const unverified = await ana.approve(requestOf(), { options: { userVerification: 'discouraged' } });
    await expect(verify(approval, expected(ben))).rejects.toThrow();
    await expect(verify(approval, { ...expected(), publicKey: ben.publicKey })).rejects.toThrow();
    await expect(verify(approval, { ...expected(), origin: 'https://example.com' })).rejects.toThrow();
    await expect(verify(approval, { ...expected(), rpId: 'example.com' })).rejects.toThrow();
    await expect(verify(approval, { ...expected(), now: NOW + 300_000 })).rejects.toThrow();
    await expect(verify(approval, { ...expected(), now: NOW - 1 })).rejects.toThrow();
    await expect(verify(unverified, expected())).rejects.toThrow();
  });

  it('stands beside an example that is a request', async () => {
    const document = await readFile(resolve('docs/approvals.md'), 'utf8');
    const [, example = ''] = /```json\n([\s\S]*?)```/.exec(document) ?? [];
    const { request } = JSON.parse(example) as { request: unknown };
    expect(readRequest(request)).toEqual(request);
  });
});
