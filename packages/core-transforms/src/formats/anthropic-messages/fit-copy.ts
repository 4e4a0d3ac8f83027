import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import type { MessagesRules } from '../../providers/provider-row.ts';
import { withPlainMarks } from './plain-marks.ts';
import { isArray, readString } from './types.ts';

const BILLING_NOTE = 'x-anthropic-billing-header:';

/**
 * Removes from a body what a provider's copy of the messages API refuses, as listed in its row.
 *
 * out:    the same object if there is nothing to remove.
 * source: LiteLLM 1.106.2, llms/deepseek/messages/transformation.py and anthropic/pass_through/messages/transformation.py
 *         `_filter_billing_headers_from_system`, read 2026-11-23.
 */
export function fitCopy(members: JsonObject, rules: MessagesRules | undefined): JsonObject {
  const tools = rules?.dropsCustomType === true ? withoutCustomType(members['tools']) : members['tools'];
  const system = rules?.dropsBillingNote === true ? withoutBillingNote(members['system']) : members['system'];
  const fit = tools === members['tools'] && system === members['system'] ? members : { ...members, tools, system };
  return rules?.plainCacheMarks === true ? withPlainMarks(fit) : fit;
}

function withoutCustomType(tools: JsonValue | undefined): JsonValue | undefined {
  if (!isArray(tools) || !tools.some((tool) => isObject(tool) && tool['type'] === 'custom')) return tools;
  return tools.map((tool) => {
    if (!isObject(tool) || tool['type'] !== 'custom') return tool;
    const { type: _type, ...rest } = tool;
    return rest;
  });
}

/** A system prompt without Claude Code's billing note; undefined if nothing else was there. */
export function withoutBillingNote(system: JsonValue | undefined): JsonValue | undefined {
  if (typeof system === 'string') return system === '' || system.startsWith(BILLING_NOTE) ? undefined : system;
  if (!isArray(system) || (system.length > 0 && !system.some(isBillingNote))) return system;
  const kept = system.filter((block) => !isBillingNote(block));
  return kept.length === 0 ? undefined : kept;
}

function isBillingNote(block: JsonValue): boolean {
  return isObject(block) && block['type'] === 'text' && readString(block, 'text')?.startsWith(BILLING_NOTE) === true;
}
