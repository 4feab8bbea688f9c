/**
 * The window's Content-Security-Policy: its own files, and one place to connect to.
 * @param endpoint origin of the user pool's API; undefined as long as no pool is connected
 */
export function contentSecurityPolicy(endpoint: string | undefined): string {
  const directives = {
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': "'self'",
    'img-src': "'self' data:",
    'font-src': "'self'",
    'connect-src': endpoint ?? "'none'",
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'none'",
    'object-src': "'none'",
  };
  return Object.entries(directives)
    .map(([name, value]) => `${name} ${value}`)
    .join('; ');
}
