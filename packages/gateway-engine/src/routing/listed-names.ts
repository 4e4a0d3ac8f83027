import { toRawObject, type DialectId, type RawObject } from '@stagegate/core-transforms';
import type { HeaderView } from './header-view.ts';
import { isClaudeCode } from './settings-for-agent.ts';

/** Whether a name leads anywhere as it stands: to a group, an alias, a deployment, or by a wildcard. */
export type IsRouted = (name: string) => boolean;

const STOOD_FOR = 'claude-router-';
const LONG = '[1m]';
const LONG_TOKENS_MIN = 1_000_000;
/** All that Claude Code lists. */
const PICKABLE = /claude|anthropic/iu;
const DIALECTS: ReadonlySet<DialectId> = new Set(['openai-chat', 'anthropic-messages', 'openai-responses']);

/** Whether a client wants the list of models as Claude Code reads it. */
export function listsForClaudeCode(headers: HeaderView): boolean {
  return isClaudeCode(headers) || headers.header('x-gateway-client')?.toLowerCase() === 'claude-code';
}

/**
 * The name under which Claude Code lists a model: it shows only those with `claude` or `anthropic` in their names, so that others get one
 * that stands for theirs, and takes those with `[1m]` at the end to read a million tokens.
 *
 * out:    the name itself where another would lead elsewhere, or it is a pattern.
 * source: LiteLLM 1.106.2, proxy/common_utils/model_listing_utils.py `claude_code_model_id`, read 2026-11-30.
 */
export function listedName(name: string, inputTokensMax: number | undefined, isRouted: IsRouted): string {
  if (name.includes('*')) return name;
  const shaped = PICKABLE.test(name) ? name : STOOD_FOR + toHex(name);
  const marked = (inputTokensMax ?? 0) >= LONG_TOKENS_MIN && !isLong(shaped) ? shaped + LONG : shaped;
  return [marked, shaped].find((listed) => listed === name || nameBehind(listed, isRouted) === name) ?? name;
}

/** A body whose model is a name of that list, with the model that it stands for; the same body for any other, and on other routes. */
export function withNameBehind(body: RawObject, dialect: DialectId, isRouted: IsRouted): RawObject {
  const { model } = body.value;
  if (typeof model !== 'string' || !(model.startsWith(STOOD_FOR) || isLong(model)) || !DIALECTS.has(dialect)) return body;
  const behind = nameBehind(model, isRouted);
  return behind === undefined ? body : toRawObject({ ...body.value, model: behind });
}

/** What leads somewhere by itself stands for nothing else. */
function nameBehind(listed: string, isRouted: IsRouted): string | undefined {
  if (isRouted(listed)) return undefined;
  const short = isLong(listed) ? listed.slice(0, -LONG.length) : listed;
  if (short !== listed && isRouted(short)) return short;
  const name = short.startsWith(STOOD_FOR) ? fromHex(short.slice(STOOD_FOR.length)) : '';
  return name !== '' && STOOD_FOR + toHex(name) === short && isRouted(name) ? name : undefined;
}

function isLong(name: string): boolean {
  return name.toLowerCase().endsWith(LONG);
}

function toHex(name: string): string {
  return Buffer.from(name, 'utf8').toString('hex');
}

function fromHex(hex: string): string {
  return Buffer.from(hex, 'hex').toString('utf8');
}
