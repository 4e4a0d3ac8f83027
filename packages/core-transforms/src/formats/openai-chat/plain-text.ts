import type { JsonObject } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import { PROBE } from '../../stream/delta-template.ts';

/**
 * The text of a chunk that brings more of it for the first choice and nothing else.
 *
 * out: undefined for any other chunk, and for an empty text. Members of the chunk itself are not looked at.
 */
export function plainText({ choices }: JsonObject): string | undefined {
  if (!Array.isArray(choices) || choices.length !== 1) return undefined;
  const choice: unknown = choices[0];
  if (!isObject(choice) || (choice['index'] ?? 0) !== 0 || !isObject(choice['delta'])) return undefined;
  for (const name in choice) if (name !== 'index' && name !== 'delta' && (choice[name] ?? null) !== null) return undefined;
  const { delta } = choice;
  for (const name in delta) if (name !== 'content' && (delta[name] ?? null) !== null) return undefined;
  const { content } = delta;
  return typeof content === 'string' && content !== '' ? content : undefined;
}

/** What plain chunks of one answer become but for their text: nearly all of them are alike in all other members. */
export interface TextTemplate {
  /** One of the chunks. */
  readonly sample: JsonObject;
  /** What the client gets before and after the text, which stands there as a JSON string. */
  readonly shownBefore: string;
  readonly shownAfter: string;
}

/** The text for the client when a chunk differs from the template's in nothing but its text; undefined when it differs in more. */
export function fillIn({ sample, shownBefore, shownAfter }: TextTemplate, chunk: JsonObject): string | undefined {
  for (const name in chunk) if (name !== 'choices' && chunk[name] !== sample[name]) return undefined;
  for (const name in sample) if (!(name in chunk)) return undefined;
  const text = plainText(chunk);
  return text === undefined ? undefined : shownBefore + JSON.stringify(text) + shownAfter;
}

/** The same chunk with the probe as its text, for a template to be made of what becomes of it; undefined when it is not plain. */
export function withProbe(chunk: JsonObject): JsonObject | undefined {
  return plainText(chunk) === undefined ? undefined : { ...chunk, choices: [{ index: 0, delta: { content: PROBE } }] };
}

/** The template for chunks like one, from what became of it with the probe; undefined when the probe does not stand exactly once in that. */
export function textTemplate(sample: JsonObject, shown: string): TextTemplate | undefined {
  const [shownBefore, shownAfter, ...more] = shown.split(JSON.stringify(PROBE));
  if (shownBefore === undefined || shownAfter === undefined || more.length > 0) return undefined;
  return { sample, shownBefore, shownAfter };
}
