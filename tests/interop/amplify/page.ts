// What runs in the browser: Amplify and nothing of ours. Tests call it there as `amplify`.
import { Amplify } from 'aws-amplify';
import * as auth from 'aws-amplify/auth';

declare global {
  var amplify: { readonly Amplify: typeof Amplify; readonly auth: typeof auth };
}

globalThis.amplify = { Amplify, auth };
