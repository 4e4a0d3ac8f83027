import type { ModelCondition, ParamAdjustment, ProviderRow } from '../provider-row.ts';

const EFFORT = ['reasoning_effort'];
const TOOLS = ['tools'];
/** The model behind an ARN cannot be told: it may take anything. */
const ARN: ModelCondition = { name: /arn/u };
const NAMED: ModelCondition = { name: /^(?!.*arn)/u };
const CLAUDE: ModelCondition = { name: /(?:^|[./])anthropic\b/u };
const GPT: ModelCondition = { name: /gpt-oss|openai\.gpt-\d/u };
const DEEPSEEK: ModelCondition = { name: /deepseek/u };
const NOVA_2: ModelCondition = { name: /(?:^|[./])amazon\.nova-2-|(?:^|\/)nova-2\//u };
/** Models whose way to reason is neither of the ones above: Anthropic's `thinking` is what is left. */
const OTHER: ModelCondition = { name: /^(?!.*(?:arn|gpt-oss|openai\.gpt-\d|deepseek|amazon\.nova-2-|nova-2\/))/u };
const THINKING = ['thinking', 'reasoning_effort'];

/** Models that Converse serves, though the table has no row of them. */
const CONVERSE_CLAUDE = /anthropic\.claude-(?:3-haiku-20240307-v1:0|3-sonnet-20240229-v1:0|opus-4-6-v1:0|v2)$/u;
/** Models of makers whose older ones take a prompt. */
const PROMPTED = /(?:^|[./])(?:ai21|amazon\.titan|cohere|meta|mistral)\b/u;
/** Tokens are counted by an API of its own. */
const COUNTS: NonNullable<ProviderRow['formats']> = { 'anthropic-count-tokens': 'bedrock-count-tokens' };
/** Anthropic's dialect passes as it is where the model speaks it. */
const MESSAGES_BY_INVOKE: NonNullable<ProviderRow['formats']> = { ...COUNTS, 'anthropic-messages': 'bedrock-invoke' };

const CONVERSE: readonly ParamAdjustment[] = [
  { when: ARN, allow: ['tools', 'tool_choice', ...THINKING] },
  { when: { name: /arn.*nova|nova.*arn/u }, allow: ['web_search_options'] },
  {
    when: { ...NAMED, name: /^(?!.*arn)(?:.*[./])?(?:anthropic|mistral|cohere|meta\.llama3-[123]|meta\.llama4|amazon\.nova)/u },
    allow: TOOLS,
  },
  { when: { ...NAMED, supports: 'function_calling' }, allow: TOOLS },
  { when: { name: /^(?!.*arn)(?:.*[./])?amazon\.nova/u }, allow: ['web_search_options'] },
  { when: { ...NAMED, supports: 'tool_choice' }, allow: ['tool_choice'] },
  { when: GPT, allow: EFFORT },
  { when: { ...DEEPSEEK, not: { name: /deepseek\.r1/u } }, allow: EFFORT },
  { when: NOVA_2, allow: EFFORT },
  { when: { ...OTHER, supports: 'reasoning' }, allow: THINKING },
  { when: { name: /^(?!.*arn).*claude-(?:3-7|sonnet-4|opus-4)/u }, allow: THINKING },
  { when: { ...CLAUDE, not: ARN }, allow: ['context_management'] },
  { when: { refuses: 'sampling_params', not: CLAUDE }, refuse: ['temperature', 'top_p'] },
];

/** Amazon Bedrock: Converse for most models, InvokeModel with the body of the model's own API for the rest. */
export const bedrockRow: ProviderRow = {
  id: 'bedrock',
  errorName: 'BedrockException',
  format: 'bedrock-converse',
  formats: COUNTS,
  byModel: [
    { when: { name: /titan-embed|cohere\.embed/u }, format: 'none', formats: { 'openai-embeddings': 'bedrock-embed' } },
    { when: { name: /nova.*embed|marengo/u }, format: 'none' },
    { when: { name: /^(?:claude_platform|agent|agentcore|async_invoke|openai|mantle)\//u }, format: 'none' },
    { when: { name: /^(?:bedrock\/)?converse(?:_like)?\//u }, format: 'bedrock-converse', formats: COUNTS },
    { when: { name: /^(?:bedrock\/)?invoke\/.*(?:anthropic|claude)/u }, format: 'bedrock-invoke', formats: COUNTS },
    { when: { name: /anthropic|claude/u, supports: 'bedrock_converse' }, format: 'bedrock-converse', formats: MESSAGES_BY_INVOKE },
    { when: { name: CONVERSE_CLAUDE }, format: 'bedrock-converse', formats: MESSAGES_BY_INVOKE },
    { when: { name: /anthropic|claude/u }, format: 'bedrock-invoke', formats: COUNTS },
    { when: { name: /^(?:bedrock\/)?invoke\/.*nova/u }, format: 'bedrock-nova', formats: COUNTS },
    { when: { name: /^(?:bedrock\/)?invoke\//u }, format: 'bedrock-text', formats: COUNTS },
    { when: { name: PROMPTED, lacks: 'bedrock_converse' }, format: 'bedrock-text', formats: COUNTS },
  ],
  baseUrl: 'https://bedrock-runtime.us-west-2.amazonaws.com',
  keyEnv: ['AWS_BEARER_TOKEN_BEDROCK'],
  keyOptional: true,
  baseEnv: [],
  envOptions: {
    default_region: ['AWS_REGION_NAME', 'AWS_REGION', 'AWS_DEFAULT_REGION'],
    default_endpoint: ['AWS_BEDROCK_RUNTIME_ENDPOINT'],
  },
  auth: { kind: 'aws-sigv4', service: 'bedrock', region: 'us-west-2' },
  params: {
    allow: [
      'max_tokens',
      'max_completion_tokens',
      'stream',
      'stream_options',
      'stop',
      'temperature',
      'top_p',
      'response_format',
      'service_tier',
      'parallel_tool_calls',
    ],
    adjust: CONVERSE,
  },
  errors: { shows: 'whole-body', amidStream: { status: 503, className: 'ServiceUnavailableError', type: null } },
  embeddings: {
    params: { allow: [] },
    byModel: [
      { when: { name: /titan-embed-image/u }, params: { allow: ['dimensions'] } },
      { when: { name: /titan-embed-text-v2/u }, params: { allow: ['dimensions', 'encoding_format'] } },
      {
        when: { name: /cohere\.embed/u },
        params: { allow: ['dimensions', 'encoding_format'], rename: { dimensions: 'output_dimension' } },
      },
    ],
  },
  source: 'https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html and LiteLLM 1.106.2, llms/bedrock',
  date: '2026-11-23',
  unshownPrefix: /^converse\//u,
};
