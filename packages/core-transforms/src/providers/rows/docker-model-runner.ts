import { OLD_TOKEN_LIMIT, compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `docker_model_runner`. */
export const dockerModelRunnerRow: ProviderRow = compatibleRow({
  id: 'docker_model_runner',
  baseUrl: 'http://localhost:22088/engines/llama.cpp',
  keyEnv: ['DOCKER_MODEL_RUNNER_API_KEY'],
  keyOptional: true,
  baseEnv: ['DOCKER_MODEL_RUNNER_API_BASE'],
  params: { rename: OLD_TOKEN_LIMIT },
  baseEnding: '/v1',
  source: 'https://docs.docker.com/ai/model-runner/api-reference/',
  date: '2026-11-23',
});
