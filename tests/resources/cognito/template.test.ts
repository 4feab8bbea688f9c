import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it, vi } from 'vitest';

import { HELPDESK_ACTIONS } from '../../../src/pool/keydesk-triggers/helpdesk-access.js';
import { readAppClients } from '../../../src/triggers/app-clients.js';
import { CHALLENGE_SECONDS } from '../../../src/triggers/on-behalf/message.js';
import { ACCOUNT_NUMBER } from '../../../src/triggers/sign-up/details.js';
import { buildTriggers } from '../../../tools/triggers/build.js';
import { checkTemplate } from './check-template.js';
import type { Value, ValueMap } from './read-template.js';
import { isRecord, readTemplate, textOf } from './read-template.js';
import { isAction } from './service-names.js';

vi.setConfig({ testTimeout: 60_000 });

/** What checks a pool. */
const ADMIN = 'src/cognito/admin';

const TEXT = readFileSync('resources/cognito/template.yaml', 'utf8');
const template = readTemplate(TEXT);

const record = (value: Value | undefined): ValueMap => {
  if (!isRecord(value)) throw new TypeError('Not a map');
  return value;
};
const list = (value: Value | undefined): readonly Value[] =>
  Array.isArray(value) ? (value as readonly Value[]) : [value ?? null];
const resources = Object.entries(record(template['Resources'])).map(([name, value]) => ({
  name,
  type: textOf(record(value)['Type']),
  properties: record(record(value)['Properties']),
}));
const propertiesOf = (name: string) => resources.find((resource) => resource.name === name)?.properties ?? {};
const functions = resources.filter(({ type }) => type === 'AWS::Lambda::Function');
const fileOf = (properties: ValueMap) => textOf(properties['Handler']).replace(/\.handler$/, '');

describe('the template', () => {
  it('is one that CloudFormation takes', () => {
    expect(checkTemplate(template)).toEqual([]);
  });

  it.each([
    ['an unknown property', 'UserPoolTier:', 'UserPoolTeir:', 'UserPool.UserPoolTeir is no property'],
    [
      'an unknown property deep down',
      'MinimumLength: 14',
      'MinLength: 14',
      'UserPool.Policies.PasswordPolicy.MinLength is no property',
    ],
    [
      'a value that the schema does not have',
      'UserPoolTier: ESSENTIALS',
      'UserPoolTier: ESSENTIAL',
      'UserPool.UserPoolTier is ESSENTIAL, not one of LITE, ESSENTIALS, PLUS',
    ],
    [
      'a flow that is none',
      'ALLOW_CUSTOM_AUTH',
      'ALLOW_CUSTOM',
      /HelpdeskClient\.ExplicitAuthFlows\[0\] is ALLOW_CUSTOM, not one of/,
    ],
    [
      'a factor that is none, in one way of an If',
      '- [WEB_AUTHN, EMAIL_OTP]',
      '- [WEBAUTHN, EMAIL_OTP]',
      /AllowedFirstAuthFactors\[0\] is WEBAUTHN/,
    ],
    ['a number in quotes', 'MemorySize: 256', "MemorySize: '256'", 'PreSignUpFunction.MemorySize is not an integer'],
    [
      'an Off that YAML takes for a boolean',
      "MfaConfiguration: 'OFF'",
      'MfaConfiguration: false',
      'UserPool.MfaConfiguration is not a string',
    ],
    ['a missing property', '      Role: !GetAtt GateRole.Arn\n', '', 'PreSignUpFunction.Role is missing'],
    ['a type that is none', 'AWS::KMS::Key', 'AWS::KMS::Keys', 'MacKey is of no known type: AWS::KMS::Keys'],
    ['a name that refers to nothing', '!Ref NonceTable', '!Ref NoncesTable', 'There is no NoncesTable to refer to'],
    ['an attribute that there is not', '!GetAtt MacKey.Arn', '!GetAtt MacKey.ARN', 'MacKey has no attribute ARN'],
    ['a substitution of nothing', '${TriggersLog}', '${TriggerLog}', 'There is no TriggerLog to refer to'],
    ['a condition that there is not', '- TakesPasswords', '- TakesPassword', 'There is no condition TakesPassword'],
    [
      'a parameter for nothing',
      'Parameters:\n  Rel',
      'Parameters:\n  Unused: { Type: String }\n  Rel',
      'Parameter Unused is not used',
    ],
    [
      'a circle',
      /PreSignUp: !Sub \S+/,
      'PreSignUp: !GetAtt PreSignUpFunction.Arn',
      /^These wait for each other: .*UserPool.*PreSignUpFunction/,
    ],
    ['a section that is none', 'Outputs:', 'Output:', 'Output is no section'],
  ])('would not pass with %s', (_, from, to, problem) => {
    const changed = TEXT.replace(from, to);
    expect(changed).not.toBe(TEXT);
    expect(checkTemplate(readTemplate(changed))).toContainEqual(
      typeof problem === 'string' ? problem : (expect.stringMatching(problem) as string),
    );
  });

  it.each([
    ['an alias', 'a: &b 1\nc: *b'],
    ['an anchor', 'a: &b 1'],
    ['a merge', 'a: { <<: { b: 1 } }'],
    ['a tag that is none', 'a: !Reff b'],
    ['a key twice', 'a: 1\na: 2'],
  ])('would not be read with %s', (_, text) => {
    expect(() => readTemplate(text)).toThrow();
  });
});

describe('passkey only', () => {
  const flows = Object.fromEntries(
    ['PasskeyClient', 'PasswordClient', 'HelpdeskClient'].map((name) => [
      name,
      propertiesOf(name)['ExplicitAuthFlows'],
    ]),
  );

  it('rests on clients with the flows of one purpose each', () => {
    expect(flows).toEqual({
      PasskeyClient: ['ALLOW_USER_AUTH'],
      PasswordClient: ['ALLOW_USER_SRP_AUTH'],
      HelpdeskClient: ['ALLOW_CUSTOM_AUTH'],
    });
    const clients = resources.filter(({ type }) => type === 'AWS::Cognito::UserPoolClient');
    expect(clients.map(({ name }) => name).sort()).toEqual(Object.keys(flows).sort());
    // No client serves managed login, whose pages would offer what the pool offers.
    for (const { properties } of clients) expect(properties).not.toHaveProperty('AllowedOAuthFlows');
  });

  it('tells the triggers of the same first factors as the pool', () => {
    const policies = record(propertiesOf('UserPool')['Policies']);
    expect(record(policies['SignInPolicy'])['AllowedFirstAuthFactors']).toEqual({
      'Fn::If': ['TakesPasswords', ['WEB_AUTHN', 'EMAIL_OTP', 'PASSWORD'], ['WEB_AUTHN', 'EMAIL_OTP']],
    });
    expect(record(template['Conditions'])['TakesPasswords']).toEqual({
      'Fn::Equals': [{ Ref: 'PasswordAsFirstFactor' }, 'true'],
    });
  });

  it('has triggers on every way in', () => {
    const triggers = record(propertiesOf('UserPool')['LambdaConfig']);
    const named = Object.values(triggers).map((arn) => textOf(record(arn)['Fn::Sub']).split(':function:')[1]);
    expect(named.sort()).toEqual(
      functions.map(({ properties }) => textOf(record(properties['FunctionName'])['Fn::Sub'])).sort(),
    );
    for (const { name } of functions) {
      const permission = propertiesOf(name.replace(/Function$/, 'Permission'));
      expect(permission).toMatchObject({
        FunctionName: { Ref: name },
        SourceArn: { 'Fn::GetAtt': ['UserPool', 'Arn'] },
      });
    }
  });
});

describe('the functions of the template', () => {
  it.each(functions.map(({ name, properties }) => ({ name, properties })))(
    '$name has a file, and the environment that it needs and no more',
    async ({ properties }) => {
      const variables = record(record(properties['Environment'])['Variables']);
      for (const name of Object.keys(variables)) vi.stubEnv(name, name === 'PASSWORD_IS_FIRST_FACTOR' ? 'false' : name);
      const load = (): Promise<object> => {
        vi.resetModules();
        return import(`../../../src/triggers/lambda/${fileOf(properties)}.ts`) as Promise<object>; // a module is an object
      };
      await expect(load()).resolves.toHaveProperty('handler');
      for (const name of Object.keys(variables)) {
        const value = process.env[name];
        vi.stubEnv(name, undefined);
        await expect(load(), `without ${name}`).rejects.toThrow(name);
        vi.stubEnv(name, value);
      }
      vi.unstubAllEnvs();
    },
  );

  it('may do no more than their code does', async () => {
    for (const { file, code } of await buildTriggers()) {
      const { properties = {} } = functions.find((entry) => `${fileOf(entry.properties)}.mjs` === file) ?? {};
      const [role] = list(record(properties['Role'])['Fn::GetAtt']);
      const actions = statementsOf(propertiesOf(textOf(role)))
        .flatMap(({ actions }) => actions)
        .filter((action) => !action.startsWith('logs:'));
      for (const action of actions)
        expect(code, `${file} ${action}`).toContain(`new ${action.split(':')[1] ?? ''}Command(`);
    }
  });

  it('take part in what the code counts on', () => {
    expect(propertiesOf('HelpdeskClient')['AuthSessionValidity']).toBe(CHALLENGE_SECONDS / 60);
    const [attribute] = list(propertiesOf('UserPool')['Schema']).map(record);
    expect(attribute).toMatchObject({ Name: ACCOUNT_NUMBER.replace('custom:', ''), Mutable: false });
    expect(propertiesOf('PasskeyClient')['WriteAttributes']).toContain(ACCOUNT_NUMBER);
    expect(propertiesOf('NonceTable')['TimeToLiveSpecification']).toEqual({
      AttributeName: 'expiresAt',
      Enabled: true,
    });
    // An id as CloudFormation's Ref gives it.
    expect(readAppClients({ passkey: '1example23456789', password: '', helpdesk: '' }).passkey).toHaveLength(1);
  });
});

interface Statement {
  readonly actions: readonly string[];
  readonly everything: boolean;
  readonly condition: Value | undefined;
}

const statementsIn = (document: Value | undefined): Statement[] =>
  list(record(document)['Statement'])
    .map(record)
    .map((statement) => ({
      actions: list(statement['Action']).map(textOf),
      everything: list(statement['Resource']).includes('*'),
      condition: statement['Condition'],
    }));

function statementsOf(properties: ValueMap): Statement[] {
  const inline = list(properties['Policies'] ?? [])
    .map(record)
    .map((policy) => policy['PolicyDocument']);
  const own = properties['PolicyDocument'] === undefined ? [] : [properties['PolicyDocument']];
  return [...inline, ...own].flatMap(statementsIn);
}

describe('the rights in the template', () => {
  const statements = resources
    .filter(({ type }) => type.startsWith('AWS::IAM::'))
    .flatMap(({ name, properties }) => statementsOf(properties).map((statement) => ({ name, ...statement })));

  it('are operations that there are', () => {
    const actions = statements.flatMap((statement) => statement.actions);
    expect(actions.length).toBeGreaterThan(20);
    expect(actions.filter((action) => !isAction(action))).toEqual([]);
    expect(isAction('cognito-idp:AdminListUserPasskeys')).toBe(false);
    expect(isAction('cognito-idp:*')).toBe(false);
    expect(isAction('iam:PassRole')).toBe(false);
  });

  it('reach beyond one resource only where the action knows none', () => {
    expect(statements.filter(({ everything }) => everything)).toMatchObject([
      {
        name: 'CheckerPolicy',
        actions: ['cognito-idp:DescribeUserPoolDomain'],
        everything: true,
      },
    ]);
  });

  it('let the helpdesk generate MACs and the function verify them, and nobody do both', () => {
    const may = (action: string) =>
      statements.filter(({ actions }) => actions.includes(action)).map(({ name }) => name);
    expect(may('kms:GenerateMac')).toEqual(['HelpdeskPolicy']);
    expect(may('kms:VerifyMac')).toEqual(['VerificationRole']);
    expect(may('cognito-idp:AdminSetUserPassword')).toEqual(['ConfirmationRole']);
  });

  it('let one function mail, as one sender', () => {
    const mailing = statements.filter(({ actions }) => actions.some((action) => action.startsWith('ses:')));
    expect(mailing).toMatchObject([
      {
        name: 'VerificationRole',
        actions: ['ses:SendEmail'],
        condition: { StringEquals: { 'ses:FromAddress': { Ref: 'FromAddress' } } },
      },
    ]);
  });

  it('let the helpdesk at a local pool do what they let it do at AWS', () => {
    const actions = statements.filter(({ name }) => name === 'HelpdeskPolicy').flatMap((one) => one.actions);
    expect([...HELPDESK_ACTIONS].sort()).toEqual(actions.sort());
  });

  it('let the checker change nothing', () => {
    const actions = statements.filter(({ name }) => name === 'CheckerPolicy').flatMap((statement) => statement.actions);
    for (const action of actions) expect(action).toMatch(/:(Describe|Get|List)/);
    // What is read of a pool to check it, and no more (src/cognito/admin). People are the helpdesk's, which has a policy of its own.
    const all = readdirSync(ADMIN, { recursive: true, encoding: 'utf8' });
    const files = all.filter((name) => name.endsWith('.ts') && name !== 'users.ts');
    const sources = files.map((name) => readFileSync(join(ADMIN, name), 'utf8'));
    const commands = sources.flatMap((text) => [...text.matchAll(/\b(\w+)Command\b/g)].map(([, name]) => name));
    const reading = [...new Set(commands)].filter((name) => /^(Describe|Get|List)/.test(name ?? ''));
    expect(reading.length).toBeGreaterThan(0);
    expect(actions.toSorted()).toEqual(reading.map((name) => `cognito-idp:${name}`).toSorted());
  });
});
