import { parseJson, type JsonObject } from '@stagegate/core-transforms';
import { BANNED_MEMBERS } from './banned-members.data.ts';

/**
 * Top-level members that are the call's content. Names below them are the user's own (a tool may well have a parameter
 * called `api_key`) and reach a provider as text, never as the call's settings.
 */
export const CONTENT_MEMBERS: ReadonlySet<string> = new Set([
  'messages',
  'system',
  'prompt',
  'input',
  'tools',
  'functions',
  'response_format',
  'output_format',
  'output_config',
  'document',
  'prediction',
  'document_annotation_format',
  'bbox_annotation_format',
]);

/** JSON inside a string escapes the body's own bound on depth; nothing reads that deep. */
const DEPTH_MAX = 128;

/**
 * Finds a member that only a deployment may set: at the top level, and at any depth of every member that is not content,
 * through arrays and through JSON written as a string (`metadata` may come so).
 *
 * out:  the name of the first one, undefined when there is none.
 * cost: one set look-up per member outside of content.
 */
export function findBannedMember(body: JsonObject): string | undefined {
  for (const name in body) {
    if (BANNED_MEMBERS.has(name)) return name;
    if (CONTENT_MEMBERS.has(name)) continue;
    const found = findBelow(body[name], 0);
    if (found !== undefined) return found;
  }
  return undefined;
}

function findBelow(value: unknown, depth: number): string | undefined {
  if (typeof value === 'string') return value.length > 2 ? findInText(value, depth) : undefined;
  if (typeof value !== 'object' || value === null || depth > DEPTH_MAX) return undefined;
  for (const [name, child] of Object.entries(value)) {
    if (BANNED_MEMBERS.has(name)) return name;
    const found = findBelow(child, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function findInText(text: string, depth: number): string | undefined {
  const trimmed = text.trimStart();
  if (!trimmed.startsWith('{') && !trimmed.startsWith('[')) return undefined;
  return findBelow(parseJson(trimmed), depth + 1);
}
