import type { SpendScope, SpendWindow, SpentCall } from '../ports/index.ts';
import { memberId, windowId } from '../tenants/index.ts';
import { plainText } from './plain-text.ts';

/** One of those to whom a call is charged. */
export interface SpendOwner {
  /** Members of organisations have no budget, but their spend is counted. */
  readonly scope: SpendScope | 'organization_member';
  readonly id: string;
  /** The window, if it is one of several. */
  readonly window?: SpendWindow;
  /** The team or organisation and the user, if it is a membership. */
  readonly member?: { readonly group: string; readonly user: string };
}

/** All owners to whom a call is charged, each once. */
export function ownersOf({
  caller,
  endUserId,
  tags,
  accessGroups = [],
}: Pick<SpentCall, 'caller' | 'endUserId' | 'tags' | 'accessGroups'>): readonly SpendOwner[] {
  const { keyHash, userId, teamId, organizationId, projectId } = caller ?? {};
  const owners: SpendOwner[] = [];
  const named = [
    ['key', keyHash],
    ['user', userId],
    ['team', teamId],
    ['organization', organizationId],
    ['project', projectId],
    ['end_user', endUserId],
  ] as const;
  for (const [scope, id] of named) if (id !== undefined && id !== '') owners.push({ scope, id: plainText(id) });
  for (const id of tags) if (id !== '') owners.push({ scope: 'tag', id: plainText(id) });
  for (const id of accessGroups) owners.push({ scope: 'model_access_group', id });
  const { windows = [], team } = caller?.grants ?? {};
  for (const { window } of [...windows, ...(team?.windows ?? [])]) owners.push({ scope: 'window', id: windowId(window), window });
  const groups = [
    ['member', teamId],
    ['organization_member', organizationId],
  ] as const;
  for (const [scope, group] of groups) {
    if (group !== undefined && userId !== undefined) owners.push({ scope, id: memberId(group, userId), member: { group, user: userId } });
  }
  return owners;
}
