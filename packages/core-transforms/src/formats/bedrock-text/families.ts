import { writeLlama, writeMistral, writeParagraphs, writeRun, writeTitan } from './templates.ts';
import type { TextFamily } from './types.ts';

/**
 * Families of models by maker, in the order in which they are matched.
 *
 * source: LiteLLM 1.106.2, llms/bedrock/chat/invoke_transformations, read 2026-11-27.
 */
const FAMILIES: readonly TextFamily[] = [
  {
    models: /cohere/u,
    params: {
      allow: [
        'temperature',
        'max_tokens',
        'max_completion_tokens',
        'top_p',
        'frequency_penalty',
        'presence_penalty',
        'stop',
        'n',
        'tools',
        'tool_choice',
        'seed',
        'extra_headers',
      ],
      drop: ['tool_choice'],
      rename: { max_completion_tokens: 'max_tokens', n: 'num_generations', top_p: 'p', stop: 'stop_sequences' },
    },
    write: writeParagraphs,
    saysStream: true,
  },
  { models: /mistral/u, params: { allow: ['max_tokens', 'temperature', 'top_p', 'stop'] }, write: writeMistral },
  {
    models: /amazon/u,
    params: {
      allow: ['max_tokens', 'max_completion_tokens', 'stop', 'temperature', 'top_p'],
      rename: { max_tokens: 'maxTokenCount', max_completion_tokens: 'maxTokenCount', stop: 'stopSequences', top_p: 'topP' },
    },
    write: writeTitan,
    promptName: 'inputText',
    paramsName: 'textGenerationConfig',
  },
  {
    models: /meta|llama/u,
    params: { allow: ['max_tokens', 'temperature', 'top_p'], rename: { max_tokens: 'max_gen_len' } },
    write: writeLlama,
  },
  {
    models: /ai21/u,
    params: { allow: ['max_tokens', 'temperature', 'top_p'], rename: { max_tokens: 'maxTokens', top_p: 'topP' } },
    write: writeRun,
  },
];

/** The family of a model; undefined for one that is not known to take prompts. */
export function familyOf(model: string): TextFamily | undefined {
  const name = model.toLowerCase();
  return FAMILIES.find(({ models }) => models.test(name));
}
