import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { ok, type Outcome } from '../../contract/outcome.ts';
import { isObject } from '../../json/is-object.ts';
import { blocksOf, isArray, readString, type Block } from '../anthropic-messages/types.ts';
import type { MarkCache } from './cache-points.ts';
import { fromDocument, fromFile, fromImageUrl } from './convert-media.ts';
import { cleanToolUseId } from './tool-names.ts';

/**
 * A user's message → the blocks that it adds to its turn.
 *
 * errors: those of convert-media.
 * source: LiteLLM 1.106.2, prompt_templates/factory.py `_bedrock_converse_messages_pt`, read 2026-11-23.
 */
export function toUserBlocks(message: JsonObject, path: string, mark: MarkCache): Outcome<readonly JsonObject[]> {
  const { content } = message;
  if (typeof content === 'string') return ok(content === '' ? [] : [{ text: content }, ...mark(message)]);
  const blocks: JsonObject[] = [];
  for (const [index, part] of blocksOf(content).entries()) {
    if (part.type === 'text' && (readString(part, 'text') ?? '').trim() === '') continue;
    const converted = toUserPart(part, `${path}.content[${index}]`);
    if (!converted.ok) return converted;
    blocks.push(...(converted.value === undefined ? [] : [converted.value]), ...mark(part));
  }
  return ok(blocks);
}

/**
 * A tool's result, followed by the cache mark of the message, or of the first of its parts that has one.
 *
 * in:     `resultId` replaces a missing `tool_call_id`.
 * errors: those of convert-media.
 */
export function toToolResult(message: JsonObject, path: string, mark: MarkCache, resultId: string): Outcome<readonly JsonObject[]> {
  const found = message['search_results'];
  const searches = isArray(found) ? found.filter(isObject).map((searchResult) => ({ searchResult })) : [];
  const content = searches.length > 0 ? ok<readonly JsonObject[]>(searches) : toResultContent(message['content'], path);
  if (!content.ok) return content;
  const toolUseId = cleanToolUseId(readString(message, 'tool_call_id') ?? resultId);
  const toolResult = { content: content.value, toolUseId, ...(searches.length > 0 && { status: 'success' }) };
  const marked = [message, ...blocksOf(message['content'])].find(({ cache_control: control }) => control !== undefined && control !== null);
  return ok([{ toolResult }, ...(marked === undefined ? [] : mark(marked))]);
}

/** The results of a run of messages; of several for one call only the first. */
export function withoutRepeatedResults(blocks: readonly JsonObject[]): readonly JsonObject[] {
  const seen = new Set<JsonValue>();
  return blocks.filter(({ toolResult }) => {
    const id = isObject(toolResult) ? toolResult['toolUseId'] : undefined;
    if (id === undefined || id === '') return true;
    const isNew = !seen.has(id);
    seen.add(id);
    return isNew;
  });
}

function toUserPart(part: Block, path: string): Outcome<JsonObject | undefined> {
  switch (part.type) {
    case 'text':
    case 'grounding_source':
    case 'query':
      return ok({ text: part['text'] ?? '' });
    case 'guarded_text':
      return ok({ guardContent: { text: { text: part['text'] ?? '' } } });
    case 'image_url':
      return fromImageUrl(part['image_url'], path);
    case 'file':
      return fromFile(part['file'], path);
    case 'document':
      return fromDocument(part['source'], path);
    default:
      return ok(undefined);
  }
}

function toResultContent(content: JsonValue | undefined, path: string): Outcome<readonly JsonObject[]> {
  if (typeof content === 'string') return ok([{ text: content }]);
  const blocks: JsonObject[] = [];
  for (const [index, part] of blocksOf(content).entries()) {
    if (part.type === 'text') blocks.push({ text: part['text'] ?? '' });
    if (part.type !== 'image_url' && part.type !== 'file') continue;
    const at = `${path}.content[${index}]`;
    const media = part.type === 'file' ? fromFile(part['file'], at) : fromImageUrl(part['image_url'], at);
    if (!media.ok) return media;
    // A result may contain images and documents; a video is dropped, as in the reference.
    if (media.value['video'] === undefined) blocks.push(media.value);
  }
  return ok(blocks);
}
