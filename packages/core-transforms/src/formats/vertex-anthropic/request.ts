import type { Ambient } from '../../contract/ambient.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { findFactRow } from '../../facts/fact-table.ts';
import { isObject } from '../../json/is-object.ts';
import { needsMedia } from '../../media/needs-media.ts';
import { withoutBillingNote } from '../anthropic-messages/fit-copy.ts';
import { liftSystem, remoteMedia, withoutCacheScope } from '../anthropic-messages/fit-host.ts';
import { toNativeMembers } from '../anthropic-messages/native-request.ts';
import { toMessagesBody } from '../anthropic-messages/request.ts';
import { takesEffort } from '../anthropic-messages/thinking.ts';
import { bodyBetas } from './betas.ts';

const VERSION = 'vertex-2023-10-16';

/**
 * A chat request → a body for `rawPredict`: that of Anthropic's API, but the URL names the model, and the body contains the version.
 *
 * errors: those of toMessagesBody; `declined` for images at a URL, which Vertex AI does not fetch.
 * source: LiteLLM 1.106.2, vertex_ai_partner_models/anthropic/transformation.py, read 2026-11-23.
 */
export function toVertexBody(chat: JsonObject, plan: Plan, ambient: Ambient): Outcome<JsonObject> {
  const made = toMessagesBody(chat, withOwnFacts(plan), ambient);
  if (!made.ok) return made;
  const { model: _model, system, ...rest } = made.value;
  const body: JsonObject = { ...rest, system: withoutBillingNote(system), output_config: fitOutputConfig(rest['output_config'], plan) };
  const remote = remoteMedia(body, ['image']);
  if (remote.length > 0) return needsMedia('messages', remote);
  const betas = bodyBetas(body, chat, plan.facts);
  return ok({ anthropic_version: VERSION, ...body, ...(betas.length > 0 && { anthropic_beta: betas }) }, made.notes);
}

/** A client's body in Anthropic's dialect → the members that are sent. Errors as toNativeMembers. */
export function toVertexMembers(body: JsonObject, plan: Plan): Outcome<JsonObject> {
  const members = toNativeMembers(body, withOwnFacts(plan));
  if (!members.ok) return members;
  const { model: _model, ...rest } = withoutCacheScope(liftSystem(members.value, plan));
  const config = fitOutputConfig(rest['output_config'], plan);
  const system = withoutBillingNote(rest['system']);
  return ok(
    {
      ...rest,
      ...(rest['system'] !== undefined && { system }),
      ...(rest['output_config'] !== undefined && { output_config: config }),
      anthropic_version: VERSION,
    },
    members.notes,
  );
}

/** The plan with facts as they hold on Vertex AI, used for the request and for reading its answer. */
export function withOwnFacts(plan: Plan): Plan {
  const { facts } = plan;
  if (facts === undefined) return plan;
  // A feature of Anthropic's own API exists on Vertex AI only if Vertex AI's row of the table says so.
  const isNative = findFactRow(`${plan.provider.id}/${plan.model}`)?.has.has('native_structured_output') === true;
  const supports = new Set([...facts.supports].filter((flag) => flag !== 'speed' && (isNative || flag !== 'native_structured_output')));
  return { ...plan, facts: { ...facts, supports } };
}

function fitOutputConfig(config: JsonValue | undefined, { facts }: Plan): JsonValue | undefined {
  if (!isObject(config)) return undefined;
  const { effort, ...rest } = config;
  if (effort === undefined || takesEffort(facts)) return config;
  return Object.keys(rest).length > 0 ? rest : undefined;
}
