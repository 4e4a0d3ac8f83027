import { sameSecret } from '../../auth/index.ts';
import type { ManagedCall } from '../../ports/index.ts';
import type { ManagementParts } from '../parts.ts';
import { refuseInDetail } from '../refusal.ts';

/** GET /health/backlog */
export async function showBacklog({ traffic }: ManagementParts, _call: ManagedCall): Promise<unknown> {
  const { inFlight, running, waiting, refused } = traffic.backlog();
  return { in_flight_requests: inFlight, admitted_requests: running, queued_requests: waiting, rejected_requests: refused };
}

/** GET /health/drain: answers once the process may be stopped. Only a restart puts it back into service. */
export async function drain({ config, traffic }: ManagementParts, { header }: ManagedCall): Promise<unknown> {
  const { enabled, token, waitMs } = config.drain;
  if (!enabled) throw refuseInDetail(404, 'Not Found');
  if (token !== undefined && !sameSecret(header('x-drain-token') ?? '', token))
    throw refuseInDetail(401, 'Invalid or missing X-Drain-Token');
  return { status: 'drained', drained_requests: await traffic.drain(waitMs) };
}
