import type { ParamRules, RequestQuirk } from './provider-row.ts';

/** Models that think, and are told so by prompt. */
const MAGISTRAL = /magistral/iu;

/** Parameters of Mistral's chat API, on whichever of its hosts. */
export const MISTRAL_PARAMS: ParamRules = {
  allow: [
    'max_completion_tokens',
    'max_tokens',
    'parallel_tool_calls',
    'response_format',
    'seed',
    'stop',
    'stream',
    'temperature',
    'tool_choice',
    'tools',
    'top_p',
  ],
  adjust: [
    { when: { supports: 'reasoning' }, allow: ['reasoning_effort'] },
    { when: { name: MAGISTRAL }, allow: ['reasoning_effort', 'thinking'] },
  ],
  values: [{ param: 'tool_choice', replace: { required: 'any' } }],
  rename: { max_completion_tokens: 'max_tokens', seed: 'random_seed' },
};

/** A call with images or files is sent as it is. */
const TEXT_CALL_QUIRKS: readonly RequestQuirk[] = (
  ['names-on-tools-only', 'bare-tool-calls', 'drop-empty-messages', 'drop-null-members'] as const
).map((name) => ({ name, unlessParts: ['image_url', 'file'] }));

/** Quirks of Mistral's chat API: it refuses members it does not know. */
export const MISTRAL_REQUEST: readonly RequestQuirk[] = [
  { name: 'thinking-by-prompt', when: { name: MAGISTRAL } },
  { name: 'nearest-effort', when: { not: { name: MAGISTRAL } } },
  'drop-tool-choice-objects',
  'drop-schema-references',
  'drop-reasoning-content',
  'drop-thinking-blocks',
  'flatten-unless-files',
  ...TEXT_CALL_QUIRKS,
  'file-ids-on-parts',
  'drop-cache-control',
];
