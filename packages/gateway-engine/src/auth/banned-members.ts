import { parseJson, type JsonObject } from '@stagegate/core-transforms';
import { BANNED_MEMBERS } from './banned-members.data.ts';

/**
 * Top-level members that hold a call's content. Names inside them belong to the user (a tool may well have a parameter `api_key`): they
 * reach the provider as text and are never read as settings.
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

/** JSON inside strings is not bound by the limit on the body's depth. Nothing that reads it goes this deep. */
const DEPTH_MAX = 128;

/**
 * Finds a member that only a deployment may set: at the top level, and at any depth of members that are not content, through arrays and
 * through JSON in strings (`metadata` may come as such).
 *
 * out:  the name of the first one; undefined when there is none.
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
