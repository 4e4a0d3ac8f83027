import { parseConfig, type LoadedConfig } from '@stagegate/gateway-engine/config';
import { activate, chooseLane, HeaderCaller, NO_STATE, readFacts, type ActiveMigration } from '@stagegate/gateway-engine/cutover';
import type { LaneChoice, Migration } from '@stagegate/gateway-engine/ports';
import { compileModels } from '@stagegate/gateway-engine/routing';

const PATH = '/v1/chat/completions';
const HEADERS: Readonly<Record<string, string>> = { authorization: 'Bearer sk-0123456789abcdef0123456789abcdef' };

/**
 * Front's choice of a lane for a chat body, by rules of which the third one holds: a canary that is open, and so asks for the key.
 *
 * in: the model group that the bodies name.
 */
export function makeLaneChoice(group: string): (bytes: Uint8Array) => LaneChoice {
  const config = readConfig(group);
  const { migration, referenceOnly } = config;
  const active = openCanary(migration);
  const models = { findDeployments: compileModels(config), referenceOnly };
  return (bytes) => {
    const reading = readFacts({ bytes, whole: true }, 'application/json', undefined, models);
    if (reading instanceof Promise) throw new Error('a chat body was read as a form');
    const caller = new HeaderCaller((name) => HEADERS[name], undefined);
    const choice = chooseLane(active, { paths: [PATH], routeKnown: true, guards: 'none', body: reading.facts, caller });
    if (choice === 'unread' || choice.rule !== 'openai') throw new Error('the rule that should hold does not');
    return choice;
  };
}

/** The rules as they are in force once the moving one has its verdict. */
function openCanary(migration: Migration): ActiveMigration {
  const shown = { samples: 3_000, mismatched: 0, bound: 0.001, confidence: 0.95, reasons: [], strata: [] };
  const verdict = { rule: 'openai', fingerprint: 'f', verdict: 'pass', serving: 'legacy-thin', candidate: 'hono', ...shown } as const;
  const verdicts = [{ ...verdict, madeAt: '2026-01-01T00:00:00Z', fileHash: '' }];
  const active = activate(migration, { fingerprints: new Map([['openai', 'f']]), verdicts, state: NO_STATE });
  if (active.rules[2]?.moves === undefined) throw new Error('the canary is not open');
  return active;
}

function readConfig(group: string): LoadedConfig {
  const read = parseConfig(
    {
      model_list: [{ model_name: group, litellm_params: { model: 'openai/gpt-4o', api_key: 'sk-key-of-nobody' } }],
      migration: {
        rules: [
          { name: 'ocr', match: { route: '/v1/ocr', provider: 'mistral' }, lane: 'legacy-thin' },
          { name: 'anthropic', match: { route: PATH, provider: 'anthropic' }, lane: 'hono' },
          { name: 'openai', match: { provider: 'openai' }, lane: 'legacy-thin', candidate: { lane: 'hono', mode: 'canary', percent: 50 } },
        ],
        default: { lane: 'hono' },
      },
    },
    { env: {} },
  );
  if (!read.ok) throw new Error(JSON.stringify(read.issues));
  return read.config;
}
