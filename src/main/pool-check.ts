import { FailureError } from '../failures/failure-error.js';
import type { PoolReport } from '../shared/pool-check.js';
import type { CurrentStation } from './station.js';

/**
 * Holds the pool in use against the checklist, with the AWS credentials of this computer, or of the practice pool.
 * Rejects with `settings/invalid` where no pool is connected.
 */
export async function checkConnectedPool(station: CurrentStation): Promise<PoolReport> {
  const { pool } = station.get();
  if (!pool) throw new FailureError({ code: 'settings/invalid', detail: 'no pool is connected' });
  const { endpoint, ...settings } = pool;
  // Hardly anybody asks for it: the client of the service is loaded when somebody does.
  const { reportOnPool } = await import('../cognito/admin/report-on-pool.js');
  return reportOnPool({
    ...settings,
    ...(station.poolIsLocal && { endpoint }),
    credentials: station.practice?.credentials,
  });
}
