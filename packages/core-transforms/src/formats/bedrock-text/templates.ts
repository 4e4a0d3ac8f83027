import type { Line } from './types.ts';

/** The text before and after a message of each role. */
type Frames = Readonly<Record<string, readonly [before: string, after: string]>>;

const MISTRAL: Frames = { system: ['[INST] \n', ' [/INST]\n'], user: ['[INST] ', ' [/INST]\n'], assistant: [' ', '</s> '] };
const LLAMA_2: Frames = {
  system: ['[INST] <<SYS>>\n', '\n<</SYS>>\n [/INST]\n'],
  user: ['[INST] ', ' [/INST]\n'],
  assistant: ['', '\n</s>'],
};
const TITAN: Frames = { system: ['\n\nUser: <admin>', '</admin>'], user: ['\n\nUser: ', ''] };

/** Mistral's instructions. Source of all templates: LiteLLM 1.106.2, prompt_templates/factory.py, read 2026-11-27. */
export function writeMistral(lines: readonly Line[]): string {
  return `<s>${framed(lines, MISTRAL)}`;
}

/** Llama's templates, by generation; other models of the family continue plain text. */
export function writeLlama(lines: readonly Line[], model: string): string {
  if (/llama[34].*instruct/u.test(model)) {
    const turns = lines.map(({ role, text }) => `${llamaHead(role)}${text.trim()}<|eot_id|>`);
    return `<|begin_of_text|>${turns.join('')}${llamaHead('assistant')}`;
  }
  return /llama2.*chat/u.test(model) ? writeLlama2(lines) : lines.map(({ text }) => text).join(' ');
}

/** Titan's conversation between a user and a bot. */
export function writeTitan(lines: readonly Line[]): string {
  const begins = lines[0]?.role === 'assistant' ? '\n\nUser: ' : '';
  const ends = lines.at(-1)?.role === 'assistant' ? '' : '\n\nBot: ';
  return begins + framed(lines, TITAN, ['\n\nBot: ', '']) + ends;
}

/** All texts, as paragraphs. */
export function writeParagraphs(lines: readonly Line[]): string {
  return lines
    .filter(({ text }) => text !== '')
    .map(({ text }) => text)
    .join('\n\n')
    .trimEnd();
}

/** All texts, joined without separators. */
export function writeRun(lines: readonly Line[]): string {
  return lines.map(({ text }) => text).join('');
}

/** A system prompt after an answer begins a new conversation. */
function writeLlama2(lines: readonly Line[]): string {
  const begun = lines.map((line, index) => {
    const isAfterAnswer = line.role === 'system' && lines.slice(0, index).some(({ role }) => role === 'assistant');
    return (isAfterAnswer ? '<s>' : '') + framed([line], LLAMA_2);
  });
  return `<s>${begun.join('')}`;
}

function framed(lines: readonly Line[], frames: Frames, other: readonly [string, string] = ['', '']): string {
  return lines
    .map(({ role, text }) => {
      const [before, after] = frames[role] ?? other;
      return before + text + after;
    })
    .join('');
}

function llamaHead(role: string): string {
  return `<|start_header_id|>${role}<|end_header_id|>\n\n`;
}
