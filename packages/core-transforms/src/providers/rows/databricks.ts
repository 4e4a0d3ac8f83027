import { compatibleRow, OLD_TOKEN_LIMIT, WHOLE_BODY_ERRORS } from '../compatible-row.ts';
import type { ModelCondition, ProviderRow } from '../provider-row.ts';

/** Models that take Anthropic's parameters in OpenAI's clothes. */
const CLAUDE: ModelCondition = { name: /claude/u };
/** Others that think as those do. */
const THINKS_ALIKE: ModelCondition = { supports: 'anthropic_thinking_payload', not: CLAUDE };

/** Provider `databricks`. The host is the workspace's: `https://<workspace>/serving-endpoints`. */
export const databricksRow: ProviderRow = compatibleRow({
  id: 'databricks',
  formats: { 'openai-embeddings': 'openai-embeddings' },
  baseUrl: undefined,
  keyEnv: ['DATABRICKS_API_KEY'],
  baseEnv: ['DATABRICKS_API_BASE'],
  params: {
    allow: [
      'max_completion_tokens',
      'max_tokens',
      'n',
      'reasoning_effort',
      'response_format',
      'stop',
      'stream',
      'temperature',
      'thinking',
      'tool_choice',
      'tools',
      'top_p',
    ],
    rename: OLD_TOKEN_LIMIT,
  },
  chat: {
    sendsStreamFalse: {},
    losesFingerprint: true,
    streamUsage: 'never',
    keepsToolImages: true,
    request: [
      { name: 'json-schema-as-tool', when: CLAUDE },
      { name: 'drop-response-format', when: CLAUDE },
      { name: 'effort-as-thinking-budget', when: CLAUDE },
      { name: 'effort-as-thinking-budget', when: THINKS_ALIKE },
      { name: 'room-to-think', when: { not: CLAUDE } },
      { name: 'plain-function-tools', when: CLAUDE },
      'names-on-users-only',
      'drop-thinking-blocks',
      'drop-reasoning-content',
      'drop-provider-fields',
      'cache-control-on-said-part',
      'drop-empty-content',
      { name: 'single-text-part-as-text', when: { not: CLAUDE } },
      { name: 'merge-system-messages', when: { not: CLAUDE } },
      'tool-images-to-user',
      { name: 'split-parallel-tool-calls', when: { not: CLAUDE } },
    ],
    response: [{ name: 'schema-call-as-answer', when: CLAUDE }, 'summary-parts', 'plain-completion'],
    chunk: ['empty-arguments-as-text', 'summary-parts', { name: 'schema-call-as-answer', when: CLAUDE }],
  },
  errors: {
    ...WHOLE_BODY_ERRORS,
    classesByStatus: true,
    amidStream: { status: 400, className: 'BadRequestError', type: null },
    byStatus: { 422: { status: 400 }, 424: { status: 400 } },
  },
  embeddings: { params: { allow: [] } },
  source: 'https://docs.databricks.com/aws/en/machine-learning/foundation-model-apis/api-reference',
  date: '2026-11-23',
});
