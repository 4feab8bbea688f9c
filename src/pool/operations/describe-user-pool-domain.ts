import { z } from 'zod';

import { ACCOUNT_ID } from '../account-id.js';
import { cloudFrontName } from '../administration/domains.js';
import { accountOperation } from '../operation.js';

/**
 * A domain that no pool has is described by nothing, not by an error.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DescribeUserPoolDomain.html
 */
export const describeUserPoolDomain = accountOperation(
  { Domain: z.string().min(1).max(63) },
  ({ config, store }, input) => {
    const domain = store.settings.domains.find(({ name }) => name === input.Domain);
    if (!domain) return { DomainDescription: {} };
    return {
      DomainDescription: {
        UserPoolId: config.userPoolId,
        AWSAccountId: ACCOUNT_ID,
        Domain: domain.name,
        Status: 'ACTIVE',
        ManagedLoginVersion: domain.managedLoginVersion,
        CloudFrontDistribution: cloudFrontName(domain, config.region),
        ...(domain.certificate && { CustomDomainConfig: domain.certificate }),
        ...(domain.routing && { Routing: domain.routing }),
      },
    };
  },
);
