import * as cognito from '@aws-sdk/client-cognito-identity-provider';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as kms from '@aws-sdk/client-kms';
import * as ses from '@aws-sdk/client-sesv2';

/** Values that the services take where CloudFormation's schema says no more than "string", by the SDK's own lists. */
export const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'AWS::Cognito::UserPool.MfaConfiguration': Object.values(cognito.UserPoolMfaType),
  'AWS::Cognito::UserPool.WebAuthnUserVerification': Object.values(cognito.UserVerificationType),
  'AWS::Cognito::UserPool.DeletionProtection': Object.values(cognito.DeletionProtectionType),
  'AWS::Cognito::UserPool.UsernameAttributes': Object.values(cognito.UsernameAttributeType),
  'AWS::Cognito::UserPool.AutoVerifiedAttributes': Object.values(cognito.VerifiedAttributeType),
  'UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate': Object.values(cognito.VerifiedAttributeType),
  'SignInPolicy.AllowedFirstAuthFactors': Object.values(cognito.AuthFactorType),
  'SchemaAttribute.AttributeDataType': Object.values(cognito.AttributeDataType),
  'RecoveryOption.Name': Object.values(cognito.RecoveryOptionNameType),
  'EmailConfiguration.EmailSendingAccount': Object.values(cognito.EmailSendingAccountType),
  'VerificationMessageTemplate.DefaultEmailOption': Object.values(cognito.DefaultEmailOptionType),
  'AWS::Cognito::UserPoolClient.ExplicitAuthFlows': Object.values(cognito.ExplicitAuthFlowsType),
  'AWS::Cognito::UserPoolClient.PreventUserExistenceErrors': Object.values(cognito.PreventUserExistenceErrorTypes),
  'TokenValidityUnits.AccessToken': Object.values(cognito.TimeUnitsType),
  'TokenValidityUnits.IdToken': Object.values(cognito.TimeUnitsType),
  'TokenValidityUnits.RefreshToken': Object.values(cognito.TimeUnitsType),
  'AWS::DynamoDB::Table.BillingMode': Object.values(dynamodb.BillingMode),
  'AttributeDefinition.AttributeType': Object.values(dynamodb.ScalarAttributeType),
  'KeySchema.KeyType': Object.values(dynamodb.KeyType),
  // https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html: Node.js, and not about to be retired
  'AWS::Lambda::Function.Runtime': ['nodejs24.x'],
};

/** Services whose operations the SDK knows, by the prefix of their IAM actions. */
const SERVICES: Readonly<Record<string, object>> = { 'cognito-idp': cognito, dynamodb, kms, ses };

/** Actions of other services, from their pages under https://docs.aws.amazon.com/service-authorization/latest/reference/. */
const OTHERS = ['logs:CreateLogStream', 'logs:PutLogEvents', 'sts:AssumeRole', 'lambda:InvokeFunction'];

/** Whether an IAM action is an operation of its service. */
export function isAction(action: string): boolean {
  const [service = '', operation = ''] = action.split(':');
  const client = SERVICES[service];
  return client ? `${operation}Command` in client : OTHERS.includes(action);
}
