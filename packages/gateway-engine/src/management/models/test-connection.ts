import { isObject, type JsonObject, type JsonValue } from '@stagegate/core-transforms';
import type { HealthReport, ManagedCall } from '../../ports/index.ts';
import { namesVariable, NO_VARIABLES } from '../names-variable.ts';
import type { ManagementParts } from '../parts.ts';
import { readFields } from '../read-fields.ts';
import { refuseInDetail, type Refusal } from '../refusal.ts';

/**
 * POST /health/test_connection: whether a provider answers. A model alone, or the id of a deployment, tests that deployment as it is
 * configured. Any other parameters are tested on their own, with the keys that were sent and none of the gateway's.
 */
export async function testConnection({ config, health }: ManagementParts, { body }: ManagedCall): Promise<unknown> {
  const fields = readFields(body, { mode: 'text', litellm_params: 'object', model_info: 'object' });
  const [params, info] = [membersOf(fields['litellm_params']), membersOf(fields['model_info'])];
  if (namesVariable([params, info])) throw wrong(NO_VARIABLES);
  const { model, ...others } = params;
  const { id } = info;
  const known =
    Object.keys(others).length > 0
      ? undefined
      : (config.deployments.find((row) => row.id === id) ??
        config.deployments.find(({ modelGroup }) => modelGroup === model) ??
        config.deployments.find(({ underlyingModel }) => underlyingModel === model));
  if (known !== undefined) return toAnswer(await health.check(new Set([known.id])));
  const { mode } = fields;
  const row = { model_name: 'tested', litellm_params: params, model_info: { ...info, ...(typeof mode === 'string' && { mode }) } };
  const report = await health.checkRow(row);
  if ('problem' in report) throw wrong(report.problem);
  return toAnswer(report);
}

function toAnswer({ healthy, unhealthy }: HealthReport): object {
  return { status: healthy.length > 0 ? 'success' : 'error', result: healthy[0] ?? unhealthy[0] ?? {} };
}

function membersOf(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {};
}

function wrong(error: string): Refusal {
  return refuseInDetail(400, { error });
}
