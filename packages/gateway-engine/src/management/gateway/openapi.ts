import { isObject, type JsonObject } from '@stagegate/core-transforms';
import { isOn } from '../../config/index.ts';
import type { ManagedCall } from '../../ports/index.ts';
import type { ManagementParts } from '../parts.ts';
import { refuseInDetail } from '../refusal.ts';
import { allRoutes, type ToldRoute } from './describe.ts';
import { LITELLM_SCHEMAS } from './litellm-schemas.generated.ts';

/** GET /openapi.json: every route, with LiteLLM's schemas of its bodies and answers. NO_OPENAPI switches it off, as in LiteLLM. */
export async function describeApi({ config }: ManagementParts, _call: ManagedCall): Promise<unknown> {
  if (isOn(config.environment['NO_OPENAPI'])) throw refuseInDetail(404, 'Not Found');
  const { operations, schemas } = JSON.parse(LITELLM_SCHEMAS) as { readonly operations: JsonObject; readonly schemas: JsonObject };
  const paths: Record<string, Record<string, object>> = {};
  for (const route of allRoutes()) {
    const shown = route.path.replaceAll(':path}', '}');
    const told = operations[`${route.method} ${shown}`];
    paths[shown] = { ...paths[shown], [route.method.toLowerCase()]: describe(route, shown, isObject(told) ? told : {}) };
  }
  const key = { type: 'http', scheme: 'bearer', description: 'The master key, or a virtual key' };
  return { openapi: '3.1.0', info: { title: 'Stagegate', version: '1' }, paths, components: { schemas, securitySchemes: { key } } };
}

const ANY_OBJECT = { type: 'object' } as const;

function describe({ method, open, status }: ToldRoute, shown: string, { body, answer, query }: JsonObject): object {
  const places = [...shown.matchAll(/\{(\w+)\}/gu)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
  const content = status === 204 ? {} : { content: { 'application/json': { schema: answer ?? {} } } };
  const takesBody = body !== undefined || !['GET', 'DELETE'].includes(method);
  return {
    summary: `${method} ${shown}`,
    tags: [shown.split('/').find((part) => part !== '' && !/^v\d$/u.test(part)) ?? ''],
    parameters: [...places, ...(Array.isArray(query) ? query : [])],
    ...(takesBody && { requestBody: { content: { 'application/json': { schema: body ?? ANY_OBJECT } } } }),
    security: open ? [] : [{ key: [] }],
    responses: { [status]: { description: 'Done', ...content } },
  };
}
