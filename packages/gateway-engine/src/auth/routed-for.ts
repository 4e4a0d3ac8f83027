import type { Caller } from '../ports/index.ts';
import type { FindDeployments, IsRouted } from '../routing/index.ts';
import { aliasedModel } from './model-access.ts';

/** Whether names lead anywhere for a caller, whose key and team have aliases of their own. */
export function routedFor(findDeployments: FindDeployments, caller: Caller | undefined): IsRouted {
  const grants = caller?.grants;
  return (name) => findDeployments(name, caller).length > 0 || (grants !== undefined && aliasedModel(grants, name) !== name);
}
