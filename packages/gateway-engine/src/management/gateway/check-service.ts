import type { ManagedCall } from '../../ports/index.ts';
import { pythonText } from '../../text/index.ts';
import type { ManagementParts } from '../parts.ts';
import { refuse, refuseInvalid, type Refusal } from '../refusal.ts';

/** The services that the reference can report calls or alerts to. */
const SERVICES: ReadonlySet<string> = new Set([
  'slack_budget_alerts',
  'email',
  'langfuse',
  'langfuse_otel',
  'slack',
  'ms_teams',
  'openmeter',
  'webhook',
  'braintrust',
  'otel',
  'custom_callback_api',
  'langsmith',
  'datadog',
  'datadog_metrics',
  'datadog_llm_observability',
  'generic_api',
  'arize',
  'galileo',
  'newrelic',
  'pointfive',
  'signoz',
  'sqs',
]);

/** GET /health/services: Stagegate reports to none of them, so each is refused as the reference refuses one that is not set up. */
export async function checkService(_parts: ManagementParts, { query }: ManagedCall): Promise<never> {
  const service = query.get('service');
  if (service === null) throw refuseInvalid([{ type: 'missing', loc: ['query', 'service'], msg: 'Field required' }]);
  if (!SERVICES.has(service)) {
    throw refuseService(400, `Service must be in list. Service=${service} not in ${[...SERVICES].join(', ')}`);
  }
  throw refuseService(422, `"${service}" not in proxy config: general_settings. Unable to test this.`);
}

function refuseService(status: number, error: string): Refusal {
  return refuse(status, `{'error': ${pythonText(error)}}`, 'auth_error', 'None');
}
