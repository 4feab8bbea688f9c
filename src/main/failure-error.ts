/** What main itself finds wrong is a failure as everybody else's, and is thrown all over this room. */
export { FailureError } from '../failures/failure-error.js';
