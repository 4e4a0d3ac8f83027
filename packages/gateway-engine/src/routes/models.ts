import type { JsonObject } from '@stagegate/core-transforms';
import { inListedOrder, mayUseModel, routedFor, showsAlias } from '../auth/index.ts';
import type { Caller, Deployment, GatewayConfig, ListedInfo } from '../ports/index.ts';
import {
  configuredFallbacks,
  expandWildcard,
  isFallbackType,
  knownInfo,
  listedInfo,
  listedName,
  listsForClaudeCode,
  shownTo,
  type WildcardModel,
} from '../routing/index.ts';
import { jsonAnswer, notFoundAnswer } from './local-answers.ts';
import type { LocalRoute, LocalView } from './route-contract.ts';

/** The reference shows this instant for every model: 2023-02-28T18:56:42Z. */
const CREATED_SECONDS = 1_677_610_602;

const INVALID_TYPE = "Invalid fallback_type. Must be one of: ['general', 'context_window', 'content_policy']";

interface ModelCard {
  readonly id: string;
  readonly object: 'model';
  readonly created: number;
  readonly owned_by: string;
  readonly mode?: string;
  readonly max_input_tokens?: number;
  readonly max_output_tokens?: number;
  readonly metadata?: { readonly fallbacks: readonly string[] };
}

export const models: LocalRoute = {
  kind: 'local',
  id: '/v1/models',
  method: 'GET',
  paths: ['/v1/models', '/models'],
  access: 'caller',
  envelope: 'openai',
  answer: (view) => {
    const { header, query, config } = view;
    const type = query.get('include_metadata') === 'true' ? (query.get('fallback_type') ?? 'general') : undefined;
    if (type !== undefined && !isFallbackType(type)) return jsonAnswer(400, { detail: INVALID_TYPE });
    const listed = listModels(view);
    const cards =
      type === undefined
        ? listed
        : listed.map((card) => ({ ...card, metadata: { fallbacks: configuredFallbacks(config.router, type, card.id) } }));
    return jsonAnswer(200, header('anthropic-version') === undefined ? { data: cards, object: 'list' } : toAnthropicList(cards, view));
  },
};

export const model: LocalRoute = {
  kind: 'local',
  id: '/v1/models/{model}',
  method: 'GET',
  paths: ['/v1/models/{model}', '/models/{model}'],
  access: 'caller',
  envelope: 'openai',
  answer: (view) => {
    const { pathModel = '' } = view;
    const card = listModels(view).find(({ id }) => id === pathModel) ?? findWildcardCard(view, pathModel);
    if (card !== undefined) return jsonAnswer(200, ownedByProvider(view, card));
    return notFoundAnswer(`The model \`${pathModel}\` does not exist or is not accessible`);
  },
};

/**
 * Aliases and groups by name, as far as the caller may use them, in the order of his list. In a wildcard's place stand the models that it
 * is known to serve, and those that the caller's own list names; `return_wildcard_routes` shows the wildcard as well.
 */
function listModels(view: LocalView): readonly ModelCard[] {
  const { config, caller, modelNames, query } = view;
  const usable = listAll(config, caller).filter(({ id }) => mayUseModel(caller, id, modelNames));
  const named = (caller.grants?.models ?? []).flatMap((name) => findWildcardCard(view, name) ?? []);
  const showsWildcards = query.get('return_wildcard_routes') === 'true';
  const shown = uniqueById([...usable, ...named]).filter(({ id }) => showsWildcards || !id.includes('*'));
  return inListedOrder(shown, caller, ({ id }) => id);
}

function listAll({ deployments, modelGroupAliases, hiddenAliases, unserved = [] }: GatewayConfig, caller: Caller): readonly ModelCard[] {
  const groups = Map.groupBy(shownTo(deployments, caller.teamId), (deployment) => deployment.modelGroup);
  const aliases = [...modelGroupAliases].filter(([alias]) => hiddenAliases?.has(alias) !== true && showsAlias(caller, alias));
  return [
    ...aliases.map(([alias, group]) => toCard(alias, groups.get(group) ?? [])),
    ...[...groups].map(([name, group]) => toCard(name, group)),
    ...unserved.map(({ modelGroup }) => toCard(modelGroup, [])),
    ...[...groups].flatMap(([name, group]) => (name.includes('*') ? group.flatMap(expandWildcard).map(toKnownCard) : [])),
  ];
}

function uniqueById(cards: readonly ModelCard[]): readonly ModelCard[] {
  const byId = new Map(cards.toReversed().map((card) => [card.id, card]));
  return cards.filter((card) => byId.get(card.id) === card);
}

/** Any name that a wildcard matches can be looked up, but not a deployment's underlying name. */
function findWildcardCard({ findDeployments, caller, modelNames }: LocalView, name: string): ModelCard | undefined {
  const deployments = findDeployments(name, caller);
  const isWild = deployments.some(({ modelGroup }) => modelGroup.includes('*'));
  if (!isWild || !mayUseModel(caller, name, modelNames)) return undefined;
  return toKnownCard({ name, facts: deployments.find((deployment) => deployment.facts !== undefined)?.facts });
}

/** The list says `openai` of every model, one model by itself who serves it; as in the reference. */
function ownedByProvider({ findDeployments, caller }: LocalView, card: ModelCard): ModelCard {
  return { ...card, owned_by: findDeployments(card.id, caller)[0]?.provider.id ?? card.owned_by };
}

function toCard(id: string, deployments: readonly Deployment[]): ModelCard {
  return withInfo(id, listedInfo(deployments));
}

/** A model behind a wildcard, whose row speaks for none by itself. */
function toKnownCard({ name, facts }: Pick<WildcardModel, 'name' | 'facts'>): ModelCard {
  return withInfo(name, knownInfo(facts));
}

function withInfo(id: string, { mode, inputTokensMax, outputTokensMax }: ListedInfo): ModelCard {
  return {
    id,
    object: 'model',
    created: CREATED_SECONDS,
    owned_by: 'openai',
    ...(mode !== undefined && { mode }),
    ...(inputTokensMax !== undefined && { max_input_tokens: inputTokensMax }),
    ...(outputTokensMax !== undefined && { max_output_tokens: outputTokensMax }),
  };
}

/** The list in Anthropic's form, for clients that send `anthropic-version`; for Claude Code under the names that it lists. */
function toAnthropicList(cards: readonly ModelCard[], view: LocalView): JsonObject {
  const isRouted = listsForClaudeCode(view) ? routedFor(view.findDeployments, view.caller) : undefined;
  const groups = Map.groupBy(shownTo(view.config.deployments, view.caller.teamId), ({ modelGroup }) => modelGroup);
  const createdAt = new Date(CREATED_SECONDS * 1000).toISOString().replace('.000', '');
  const data = cards.map((card) => ({
    type: 'model',
    id: isRouted === undefined ? card.id : listedName(card.id, card.max_input_tokens, isRouted),
    ...(isRouted !== undefined && { source_model: card.id }),
    display_name: listedInfo(groups.get(card.id) ?? []).displayName ?? card.id,
    created_at: createdAt,
    max_input_tokens: card.max_input_tokens ?? null,
    max_tokens: card.max_output_tokens ?? null,
  }));
  return { data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
}
