import type { JsonObject, JsonValue } from '../../../contract/json.ts';
import { fail, ok } from '../../../contract/outcome.ts';
import { isObject } from '../../../json/is-object.ts';
import { toPythonJson } from '../../../json/python-json.ts';
import { objectsOf, withList, without, withoutDeep } from './edit-body.ts';
import { moveToolImages } from '../convert-messages.ts';
import type { RequestQuirkFunction } from './quirk-types.ts';
import { parseJson } from '../../../json/parse-json.ts';

/** A quirk that edits one message at a time. */
function perMessage(edit: (message: JsonObject) => JsonObject): RequestQuirkFunction {
  return (body) => ok(withList(body, 'messages', edit));
}

/** Renames a role of messages. */
export function renameRole(from: string, to: string): RequestQuirkFunction {
  return perMessage((message) => (message['role'] === from ? { ...message, role: to } : message));
}

/** A system message becomes a user message; as in the reference, it keeps only its content. */
export const systemAsUser: RequestQuirkFunction = perMessage((message) =>
  message['role'] === 'system' ? { role: 'user', content: message['content'] ?? null } : message,
);

/** Removes members from messages of any role. */
export function dropMessageMembers(names: readonly string[]): RequestQuirkFunction {
  return perMessage((message) => without(message, names));
}

/** Removes `name` from messages of other roles, and removes empty names. */
export function keepNamesOn(role: string): RequestQuirkFunction {
  return perMessage(({ name, ...message }) => {
    const kept = message['role'] === role && typeof name === 'string' && name.trim() !== '';
    return kept ? { ...message, name } : message;
  });
}

/** Removes null members from messages. */
export const dropNullMessageMembers: RequestQuirkFunction = perMessage(withoutNulls);

function withoutNulls(message: JsonObject): JsonObject {
  for (const name in message) {
    if (message[name] === null) return Object.fromEntries(Object.entries(message).filter(([, value]) => value !== null));
  }
  return message;
}

/** Removes `cache_control` from messages, their parts, and tools, at any depth. */
export const dropCacheControl: RequestQuirkFunction = dropCacheControlIn(['messages', 'tools']);

/** Removes `cache_control` from messages and their parts, at any depth. */
export const dropMessageCacheControl: RequestQuirkFunction = dropCacheControlIn(['messages']);

function dropCacheControlIn(names: readonly string[]): RequestQuirkFunction {
  return (body) => {
    let cleaned = body;
    for (const name of names) {
      const value = body[name];
      if (value === undefined) continue;
      const clean = withoutDeep(value, isCacheControl);
      if (clean !== value) cleaned = { ...cleaned, [name]: clean };
    }
    return ok(cleaned);
  };
}

function isCacheControl(name: string): boolean {
  return name === 'cache_control';
}

/** Moves a message's `cache_control` to its last part. A text becomes a part for that, and so does missing content if the row says so. */
export function moveCacheControlToLastPart(makesPartOfNothing: boolean): RequestQuirkFunction {
  return perMessage((given) => {
    const { cache_control: control, ...message } = given;
    const { content = null } = message;
    if (control === undefined || control === null) return message;
    if (content === null && !makesPartOfNothing) return given;
    if (!Array.isArray(content)) return { ...message, content: [{ type: 'text', text: content, cache_control: control }] };
    const last: JsonValue = content.at(-1);
    return isObject(last) ? { ...message, content: [...content.slice(0, -1), { ...last, cache_control: control }] } : message;
  });
}

/** The joined text of a list of parts; undefined for content that is not a list or has no text. */
function textOfParts(content: JsonValue | undefined): string | undefined {
  const text = objectsOf(content)
    .map((part) => part['text'])
    .filter((part) => typeof part === 'string')
    .join('');
  return text === '' ? undefined : text;
}

/** Lists of parts become their text; other parts are lost. A list without text stays. */
export const contentAsText: RequestQuirkFunction = perMessage((message) => {
  const text = textOfParts(message['content']);
  return text === undefined ? message : { ...message, content: text };
});

/** As contentAsText, but only in a call whose messages contain no parts of these types (of any type other than text, if none is given). */
export function flattenUnless(types?: readonly string[]): RequestQuirkFunction {
  return (body, plan) => {
    const parts = objectsOf(body['messages']).flatMap((message) => objectsOf(message['content']));
    const keeps = parts.some(({ type }) => (types === undefined ? type !== 'text' : typeof type === 'string' && types.includes(type)));
    return keeps ? ok(body) : contentAsText(body, plan);
  };
}

/** As contentAsText, but a user's message with well-formed text and image parts keeps them. */
export const contentAsTextUnlessImages: RequestQuirkFunction = perMessage((message) => {
  const parts = objectsOf(message['content']);
  const images = message['role'] === 'user' && parts.some((part) => part['type'] === 'image_url') && parts.every(isTextOrImage);
  const text = images ? undefined : textOfParts(message['content']);
  return text === undefined ? message : { ...message, content: text };
});

/** As contentAsText, but a message with images or audio stays as it is. */
export const contentAsTextUnlessMedia: RequestQuirkFunction = perMessage((message) => {
  const media = objectsOf(message['content']).some(({ type }) => type === 'image_url' || type === 'input_audio');
  const text = media ? undefined : textOfParts(message['content']);
  return text === undefined ? message : { ...message, content: text };
});

function isTextOrImage(part: JsonObject): boolean {
  if (part['type'] === 'text') return typeof part['text'] === 'string';
  const image = part['image_url'];
  const url = isObject(image) ? image['url'] : image;
  return part['type'] === 'image_url' && typeof url === 'string' && url !== '';
}

/** A list that is one plain text part becomes its text. */
export const singleTextPartAsText: RequestQuirkFunction = perMessage((message) => {
  const content = message['content'];
  if (!Array.isArray(content) || content.length !== 1) return message;
  const part: JsonValue = content[0];
  const plain = isObject(part) && part['type'] === 'text' && Object.keys(part).length === 2;
  return plain && typeof part['text'] === 'string' ? { ...message, content: part['text'] } : message;
});

/** A tool's result is a string: its one text part, else its parts as JSON. */
export const toolContentAsString: RequestQuirkFunction = perMessage((message) => {
  const content = message['content'];
  if (message['role'] !== 'tool' || !Array.isArray(content)) return message;
  const only: JsonValue = content.length === 1 ? content[0] : null;
  const text = isObject(only) && only['type'] === 'text' ? only['text'] : undefined;
  return { ...message, content: typeof text === 'string' ? text : toPythonJson(content) };
});

/** A tool's result that is not JSON becomes JSON. */
export const toolResultsAsJson: RequestQuirkFunction = perMessage((message) => {
  const { role, content } = message;
  if (role !== 'tool' || typeof content !== 'string' || parseJson(content) !== undefined) return message;
  return { ...message, content: toPythonJson({ result: content }) };
});

/** Removes empty texts from content, and assistant messages with neither content nor calls. */
export const dropEmptyContent: RequestQuirkFunction = (body) => {
  const messages = objectsOf(body['messages']).map((message) => {
    const content = withoutEmptyText(message['content']);
    return content === undefined ? without(message, ['content']) : { ...message, content };
  });
  return ok({ ...body, messages: messages.filter((message) => message['role'] !== 'assistant' || saysAnything(message)) });
};

function saysAnything(message: JsonObject): boolean {
  return ['content', 'tool_calls', 'function_call'].some((name) => Boolean(message[name]));
}

function withoutEmptyText(content: JsonValue | undefined): JsonValue | undefined {
  if (typeof content === 'string') return content.trim() === '' ? undefined : content;
  if (!Array.isArray(content)) return content ?? undefined;
  const parts = content.filter(
    (part: JsonValue) => !(isObject(part) && part['type'] === 'text' && String(part['text'] ?? '').trim() === ''),
  );
  return parts.length === 0 ? undefined : parts;
}

/** Removes empty messages, except tool results. */
export const dropEmptyMessages: RequestQuirkFunction = (body) =>
  ok({ ...body, messages: objectsOf(body['messages']).filter((message) => !isEmpty(message)) });

/** The members that make a message non-empty. */
const SAYINGS = [
  'cache_control',
  'content',
  'function_call',
  'name',
  'reasoning_content',
  'reasoning_items',
  'thinking_blocks',
  'tool_calls',
];

function isEmpty(message: JsonObject): boolean {
  return (
    message['role'] !== 'tool' && SAYINGS.every((name) => (message[name] ?? null) === null || (name === 'content' && message[name] === ''))
  );
}

/** Removes members from tool calls. */
export function dropCallMembers(names: readonly string[]): RequestQuirkFunction {
  return perMessage((message) =>
    Array.isArray(message['tool_calls']) ? withList(message, 'tool_calls', (call) => without(call, names)) : message,
  );
}

/** Tool calls keep only `id`, `type` and `function`. */
export const bareToolCalls: RequestQuirkFunction = perMessage((message) =>
  Array.isArray(message['tool_calls'])
    ? withList(message, 'tool_calls', ({ id = null, function: callee = null }) => ({ id, type: 'function', function: callee }))
    : message,
);

/** A file part keeps only its `file_id`. */
export const fileIdsOnParts: RequestQuirkFunction = perMessage((message) =>
  withList(message, 'content', ({ file, ...part }) => {
    const id = isObject(file) ? file['file_id'] : undefined;
    if (part['type'] === 'file' && typeof id === 'string' && id !== '') return { ...part, file_id: id };
    return file === undefined ? part : { ...part, file };
  }),
);

/** A forced tool call becomes a sentence in the prompt, for a provider that cannot force one. */
export const askForToolInWords: RequestQuirkFunction = (body) => {
  if (body['tool_choice'] !== 'required') return ok(body);
  const request = { role: 'user', content: 'Please select a tool to handle the current issue.' };
  return ok({ ...without(body, ['tool_choice']), messages: [...objectsOf(body['messages']), request] });
};

/** Moves the images of each run of tool results into a user message after it. */
export const toolImagesToUser: RequestQuirkFunction = (body) => ok({ ...body, messages: moveToolImages(objectsOf(body['messages'])) });

/** Refuses file parts. */
export const refuseFileParts: RequestQuirkFunction = (body) => {
  const at = objectsOf(body['messages']).findIndex(
    (message) => message['role'] === 'user' && objectsOf(message['content']).some((part) => part['type'] === 'file'),
  );
  if (at === -1) return ok(body);
  return fail({
    kind: 'bad-request',
    path: '',
    message: `messages[${at}].content: this provider takes no file parts: send the pages as image_url parts, or their text`,
  });
};

/** Refuses images. */
export const refuseImageParts: RequestQuirkFunction = (body, plan) => {
  const at = objectsOf(body['messages']).findIndex(
    (message) => message['role'] === 'user' && objectsOf(message['content']).some((part) => part['type'] === 'image_url'),
  );
  if (at === -1) return ok(body);
  return fail({ kind: 'bad-request', path: `messages[${at}].content`, message: `${plan.model} takes no images` });
};
