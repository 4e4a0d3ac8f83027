import type { EngineError } from '../errors/index.ts';
import type { Caller, RolePermissions } from '../ports/index.ts';
import { pythonList } from '../text/index.ts';
import { covers } from './allowed-routes.ts';

/** Whether the role that a token has may go where the call goes, as the operator says: undefined, or the refusal. Source: LiteLLM 1.106.2, handle_jwt.py. */
export function refuseRolePath({ permissions }: Caller, path: string): EngineError | undefined {
  const { role, routes } = permissions ?? NOTHING_SAID;
  if (routes === undefined || routes.some((entry) => coversExactly(entry, path))) return undefined;
  return { kind: 'token-denied', message: `Role=${role} not allowed to call route=${path}. Allowed routes=${pythonList(routes)}` };
}

/** The same of a model, by the very name that the call has for it. */
export function refuseRoleModel({ permissions }: Caller, model: string): EngineError | undefined {
  const { models } = permissions ?? NOTHING_SAID;
  return models === undefined || models.includes(model) ? undefined : { kind: 'model-denied', owner: 'key', model };
}

const NOTHING_SAID: RolePermissions = { role: 'team', models: undefined, routes: undefined };

/** A path is itself here, and nothing below it. */
function coversExactly(entry: string, path: string): boolean {
  return entry === path || ((entry.endsWith('*') || !entry.startsWith('/')) && covers(entry, path));
}
