import { compatibleRow, WHOLE_BODY_ERRORS } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `sagemaker_chat`: endpoints of one's own that serve Hugging Face's messages API. Source of its rules: LiteLLM 1.106.2, llms/sagemaker/chat/, read 2026-11-26. */
export const sagemakerChatRow: ProviderRow = compatibleRow({
  id: 'sagemaker_chat',
  errorName: 'SagemakerException',
  baseUrl: 'https://runtime.sagemaker.{aws_region_name}.amazonaws.com',
  keyEnv: [],
  keyOptional: true,
  baseEnv: [],
  auth: { kind: 'aws-sigv4', service: 'sagemaker', region: '{aws_region_name}' },
  envOptions: { aws_region_name: ['AWS_REGION', 'AWS_REGION_NAME'] },
  optionDefaults: { aws_region_name: 'us-west-2' },
  path: '/invocations',
  streamPath: '/invocations-response-stream',
  urls: [
    { when: { option: { name: 'sagemaker_base_url', matches: /./u } }, base: '{sagemaker_base_url}', path: '' },
    {
      when: { option: { name: 'aws_region_name', matches: /^cn-/u } },
      base: 'https://runtime.sagemaker.{aws_region_name}.amazonaws.com.cn',
      path: '/endpoints/{model}{path}',
    },
    { path: '/endpoints/{model}{path}' },
  ],
  chat: {
    sendsStreamFalse: {},
    streamsPayloads: true,
    modelOption: 'hf_model_name',
    headers: { 'x-amzn-sagemaker-inference-component': 'model_id' },
  },
  errors: {
    ...WHOLE_BODY_ERRORS,
    classesByStatus: true,
    byStatusAlone: true,
    contextWindow: ['instance type with more cpu capacity or memory'],
    byStatus: { 424: { status: 400 }, 500: { status: 503 } },
  },
  source: 'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html',
  date: '2026-11-26',
});
