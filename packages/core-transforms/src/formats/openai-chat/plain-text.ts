import type { JsonObject } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import { PROBE } from '../../stream/delta-template.ts';

/**
 * The text of a chunk that only adds text to the first choice.
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

/** The client's text for the plain chunks of one answer, except for what they say: nearly all of them are equal in all other members. */
export interface TextTemplate {
  /** One of the chunks. */
  readonly sample: JsonObject;
  /** The client's text before and after the chunk's own text, which is put between them as a JSON string. */
  readonly shownBefore: string;
  readonly shownAfter: string;
}

/** The client's text for a chunk that differs from the template's sample only in its text; undefined if it differs in more. */
export function fillIn({ sample, shownBefore, shownAfter }: TextTemplate, chunk: JsonObject): string | undefined {
  for (const name in chunk) if (name !== 'choices' && chunk[name] !== sample[name]) return undefined;
  for (const name in sample) if (!(name in chunk)) return undefined;
  const text = plainText(chunk);
  return text === undefined ? undefined : shownBefore + JSON.stringify(text) + shownAfter;
}

/** The chunk with the probe as its text, from whose result a template can be made; undefined if it is not plain. */
export function withProbe(chunk: JsonObject): JsonObject | undefined {
  return plainText(chunk) === undefined ? undefined : { ...chunk, choices: [{ index: 0, delta: { content: PROBE } }] };
}

/** The template for chunks like `sample`, from the result with the probe; undefined unless the probe occurs exactly once in it. */
export function textTemplate(sample: JsonObject, shown: string): TextTemplate | undefined {
  const [shownBefore, shownAfter, ...more] = shown.split(JSON.stringify(PROBE));
  if (shownBefore === undefined || shownAfter === undefined || more.length > 0) return undefined;
  return { sample, shownBefore, shownAfter };
}
