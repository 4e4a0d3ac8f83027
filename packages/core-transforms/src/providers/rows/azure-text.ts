import { OPENAI_COMPLETIONS_PARAMS } from '../common-params.ts';
import type { ProviderRow } from '../provider-row.ts';
import { azureRow } from './azure.ts';

/** Provider `azure_text`: deployments of models that complete a text. */
export const azureTextRow: ProviderRow = {
  ...azureRow,
  id: 'azure_text',
  errorName: 'Azure_textException',
  format: 'openai-completions',
  formats: {},
  params: { allow: OPENAI_COMPLETIONS_PARAMS },
  completions: { tokens: {}, prompts: { joinedBy: '' } },
  source: 'https://learn.microsoft.com/en-us/azure/ai-foundry/openai/reference#completions',
  date: '2026-11-27',
};
