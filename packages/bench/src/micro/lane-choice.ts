import { parseConfig, type LoadedConfig } from '@stagegate/gateway-engine/config';
import { chooseLane, readFacts } from '@stagegate/gateway-engine/cutover';
import type { LaneChoice } from '@stagegate/gateway-engine/ports';
import { compileModels } from '@stagegate/gateway-engine/routing';

const PATH = '/v1/chat/completions';

/**
 * Front's choice of a lane for a chat body, by rules of which the third one holds.
 *
 * in: the model group that the bodies name.
 */
export function makeLaneChoice(group: string): (bytes: Uint8Array) => LaneChoice {
  const config = readConfig(group);
  const { migration, referenceOnly } = config;
  const models = { findDeployments: compileModels(config), referenceOnly };
  return (bytes) => {
    const reading = readFacts({ bytes, whole: true }, 'application/json', undefined, models);
    if (reading instanceof Promise) throw new Error('a chat body was read as a form');
    const choice = chooseLane(migration, { paths: [PATH], routeKnown: true, guards: 'none', body: reading.facts });
    if (choice === 'unread' || choice.rule !== 'openai') throw new Error('the rule that should hold does not');
    return choice;
  };
}

function readConfig(group: string): LoadedConfig {
  const read = parseConfig(
    {
      model_list: [{ model_name: group, litellm_params: { model: 'openai/gpt-4o', api_key: 'sk-key-of-nobody' } }],
      migration: {
        rules: [
          { name: 'ocr', match: { route: '/v1/ocr', provider: 'mistral' }, lane: 'legacy-thin' },
          { name: 'anthropic', match: { route: PATH, provider: 'anthropic' }, lane: 'hono' },
          { name: 'openai', match: { provider: 'openai' }, lane: 'legacy-thin', candidate: { lane: 'hono', mode: 'on' } },
        ],
        default: { lane: 'hono' },
      },
    },
    { env: {} },
  );
  if (!read.ok) throw new Error(JSON.stringify(read.issues));
  return read.config;
}
