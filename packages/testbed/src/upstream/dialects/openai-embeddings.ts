import type { JsonRecord } from '../../json.ts';
import { countWords, wholeAnswer, type NaturalAnswer } from './natural-answer.ts';

/** Speaks OpenAI's embeddings: of each input its length and the sum of its letters, so that other inputs have other numbers. */
export function answerOpenaiEmbeddings({ input, model, encoding_format: format }: JsonRecord): NaturalAnswer {
  const inputs = Array.isArray(input) ? input : [input];
  const data = inputs.map((one, index) => ({ object: 'embedding', index, embedding: encode(toNumbers(one), format) }));
  const tokens = inputs.reduce<number>((sum, one) => sum + countWords(String(one)), 0);
  return wholeAnswer({ object: 'list', data, model, usage: { prompt_tokens: tokens, total_tokens: tokens } });
}

/** Speaks Amazon's Titan, one input at a time. */
export function answerTitan({ inputText: text }: JsonRecord): NaturalAnswer {
  return wholeAnswer({ embedding: toNumbers(text), inputTextTokenCount: countWords(String(text)) });
}

function toNumbers(input: unknown): readonly number[] {
  const letters = [...String(input)].map((letter) => letter.codePointAt(0) ?? 0);
  return [letters.length, letters.reduce((sum, code) => sum + code, 0) / 1024, 0.5];
}

function encode(numbers: readonly number[], format: unknown): readonly number[] | string {
  return format === 'base64' ? Buffer.from(Float32Array.from(numbers).buffer).toString('base64') : numbers;
}
