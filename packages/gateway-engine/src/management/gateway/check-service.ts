import type { ManagedCall } from '../../ports/index.ts';
import type { ManagementParts } from '../parts.ts';
import { refuseInDetail, refuseInvalid } from '../refusal.ts';

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
    throw refuseInDetail(400, { error: `Service must be in list. Service=${service} not in ${[...SERVICES].join(', ')}` });
  }
  throw refuseInDetail(422, { error: `"${service}" not in proxy config: general_settings. Unable to test this.` });
}
