import type { EngineError } from '../errors/index.ts';
import type { Caller, RolePermissions } from '../ports/index.ts';
import { pythonList } from '../text/index.ts';
import { covers } from './allowed-routes.ts';

/**
 * Whether the operator's `role_permissions` let a token of the caller's role use a path: undefined, or the refusal. Source: LiteLLM
 * 1.106.2, handle_jwt.py.
 */
export function refuseRolePath({ permissions }: Caller, path: string): EngineError | undefined {
  const { role, routes } = permissions ?? NOTHING_SAID;
  if (routes === undefined || routes.some((entry) => coversExactly(entry, path))) return undefined;
  return { kind: 'token-denied', message: `Role=${role} not allowed to call route=${path}. Allowed routes=${pythonList(routes)}` };
}

/** The same for a model, by the exact name that the call gives. */
export function refuseRoleModel({ permissions }: Caller, model: string): EngineError | undefined {
  const { models } = permissions ?? NOTHING_SAID;
  return models === undefined || models.includes(model) ? undefined : { kind: 'model-denied', owner: 'role', model };
}

const NOTHING_SAID: RolePermissions = { role: 'team', models: undefined, routes: undefined };

/** An entry covers the path itself, and none below it. */
function coversExactly(entry: string, path: string): boolean {
  return entry === path || ((entry.endsWith('*') || !entry.startsWith('/')) && covers(entry, path));
}
