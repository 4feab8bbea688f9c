import { addDomain, DomainMembers, domainAnswer } from '../administration/domain-changes.js';
import { adminOperation } from '../operation.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolDomain.html */
export const createUserPoolDomain = adminOperation(DomainMembers, (pool, input) =>
  domainAnswer(pool, addDomain(pool, input)),
);
