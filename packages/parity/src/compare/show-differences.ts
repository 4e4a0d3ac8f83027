import type { JsonValue } from '@stagegate/core-transforms';
import { surfaceOf, type Exhibit, type Mismatch, type Surface } from '../verdict/comparison.ts';
import type { AnswerRules } from './compare-answer.ts';
import type { Difference } from './difference.ts';
import { alignJson } from './exhibit.ts';
import type { AnswerRecord } from './records.ts';
import type { Redact } from './redact.ts';
import { parseStreamEvents } from './stream-events.ts';
import { maskAt, parsePath } from './volatile.ts';

const WORDS_MAX = 240;

/** A difference, as a report may show it. */
export function toMismatch({ path, expected, got }: Difference, sides: string, redact: Redact): Mismatch {
  const name = /[^.[\]~]+(?=(?:\[\d+\]|~)*$)/u.exec(path)?.[0] ?? '';
  const show = (value: JsonValue | undefined): string => (value === undefined ? 'nothing' : shorten(JSON.stringify(redact(value, name))));
  return { sides, path, expected: show(expected), got: show(got) };
}

function shorten(text: string): string {
  return text.length > WORDS_MAX ? `${text.slice(0, WORDS_MAX)}…` : text;
}

/** One side of a call, as exhibits show it: the whole value of each surface. */
export type Shown = Readonly<Partial<Record<Surface, JsonValue>>>;

/** Both sides next to each other, once for each surface on which they differ. */
export function toExhibits(
  differences: readonly Difference[],
  sides: string,
  expected: Shown,
  got: Shown,
  redact: Redact,
): readonly Exhibit[] {
  const surfaces = new Set(differences.map(({ path }) => surfaceOf(path)));
  const show = (value: JsonValue | undefined): JsonValue | undefined => (value === undefined ? undefined : redact(value, ''));
  return [...surfaces].flatMap((surface) => {
    const rows = alignJson(show(expected[surface]), show(got[surface]));
    return rows.length === 0 ? [] : [{ sides, surface, rows }];
  });
}

/** The content of an answer, parsed. Values that change from run to run are shown as what is promised of them. */
export function contentOf(
  answer: AnswerRecord,
  { volatileBody, volatileEvents }: Pick<AnswerRules, 'volatileBody' | 'volatileEvents'>,
): JsonValue {
  switch (answer.kind) {
    case 'json':
      return volatileBody.map(parsePath).reduce(maskAt, answer.body);
    case 'stream': {
      const events = parseStreamEvents(answer.text);
      const payloads = volatileEvents.map(parsePath).reduce<JsonValue>(
        maskAt,
        events.map(({ data }) => data),
      );
      return events.map((event, index) => ({ ...event, data: (Array.isArray(payloads) ? payloads[index] : undefined) ?? null }));
    }
    case 'text':
      return answer.text;
    case 'bytes':
      return answer.base64;
  }
}
