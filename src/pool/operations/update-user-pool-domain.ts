import { changeDomain, DomainMembers, domainAnswer } from '../administration/domain-changes.js';
import { adminOperation } from '../operation.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPoolDomain.html */
export const updateUserPoolDomain = adminOperation(DomainMembers, (pool, input) =>
  domainAnswer(pool, changeDomain(pool, input)),
);
