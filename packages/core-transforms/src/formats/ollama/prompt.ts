import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import { toPythonJson } from '../../json/python-json.ts';
import { toPythonText } from '../../json/python-text.ts';
import { isObject } from '../../json/is-object.ts';
import { objectsIn } from '../openai-chat/types.ts';
import { imagesOf, readArguments, textOf } from './chat-messages.ts';

/** A conversation as one prompt, and the images in it. */
export interface Prompt {
  readonly prompt: string;
  readonly images: readonly string[];
}

/** The reference's wording, so that a model answers both alike. */
const CALL_INSTRUCTIONS =
  'To call a function, reply with JSON ONLY in this format {"name": "function_name", "arguments":{"argument_name": ' +
  '"argument_value"}}. Once a function result answers the request, reply to the user in plain text instead of calling a function ' +
  'again. The following functions are available to you:';

const HEADINGS: Readonly<Record<string, string>> = {
  user: 'User',
  tool: 'User',
  function: 'User',
  system: 'System',
  assistant: 'Assistant',
};

/**
 * A conversation as one text, with a heading for each run of turns of one side.
 *
 * errors: `bad-request` for a role that has no heading, or a call whose arguments are not JSON.
 * source: LiteLLM 1.106.2, litellm_core_utils/prompt_templates/factory.py `ollama_pt`, read 2026-11-27.
 */
export function toPrompt(messages: readonly JsonObject[]): Outcome<Prompt> {
  const runs: { readonly heading: string; readonly texts: string[] }[] = [];
  for (const [index, message] of messages.entries()) {
    const heading = HEADINGS[String(message['role'])];
    if (heading === undefined) return refuse(index, `no place for the role ${String(message['role'])}`);
    const texts = heading === 'Assistant' ? spokenBy(message, index) : ok([turnText(heading, message['content'])]);
    if (!texts.ok) return texts;
    const run = runs.at(-1);
    if (run?.heading === heading) run.texts.push(...texts.value);
    else runs.push({ heading, texts: [...texts.value] });
  }
  const blocks = runs.map(({ heading, texts }) => ({ heading, text: joinTurns(heading, texts) })).filter(({ text }) => text !== '');
  const prompt = blocks.map(({ heading, text }) => `### ${heading}:\n${text}\n\n`).join('');
  return ok({ prompt, images: messages.filter(isAsked).flatMap(({ content }) => imagesOf(content)) });
}

/** Messages with a description of the functions: in the system message, else in a message of its own at the end. */
export function withFunctions(messages: readonly JsonObject[], functions: readonly JsonValue[]): readonly JsonObject[] {
  const words = CALL_INSTRUCTIONS + functions.map((callee) => `\n${toPythonText(callee)}\n`).join('');
  if (!messages.some(({ role }) => role === 'system')) return [...messages, { role: 'system', content: words }];
  return messages.map((message) => (message['role'] === 'system' ? withWords(message, words) : message));
}

function withWords(message: JsonObject, words: string): JsonObject {
  const { content } = message;
  const text = ` ${words}`;
  return { ...message, content: Array.isArray(content) ? [...content, { type: 'text', text }] : String(content ?? '') + text };
}

function isAsked({ role }: JsonObject): boolean {
  return HEADINGS[String(role)] === 'User';
}

/** The text of a turn. A user's parts are put on separate lines; other roles' parts are joined. */
function turnText(heading: string, content: JsonValue | undefined): string {
  if (heading !== 'User' || !Array.isArray(content)) return textOf(content);
  const texts = objectsIn(content).map(({ text }) => (typeof text === 'string' ? text : ''));
  return texts.filter((text) => text !== '').join('\n');
}

function joinTurns(heading: string, texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join(heading === 'User' ? '\n' : '');
}

/** An assistant's text, and its calls in the form that the instructions ask for. */
function spokenBy(message: JsonObject, index: number): Outcome<readonly string[]> {
  const written: string[] = [];
  for (const { function: callee } of objectsIn(message['tool_calls'])) {
    if (!isObject(callee)) continue;
    const given = readArguments(callee['arguments']);
    if (given === undefined) return refuse(index, 'the arguments of a call are no JSON');
    written.push(toPythonJson({ name: callee['name'] ?? null, arguments: given }));
  }
  const text = textOf(message['content']);
  return ok(written.length === 0 ? [text] : [text === '' ? '' : `${text}\n`, written.join('\n')]);
}

function refuse(index: number, words: string): Outcome<never> {
  return fail({ kind: 'bad-request', path: `messages[${index}]`, message: `messages[${index}]: ${words}` });
}
