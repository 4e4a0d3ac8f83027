import { alignJson } from '../../src/compare/exhibit.ts';
import type { ParityRun } from '../../src/report/parity-run.ts';
import type { Comparison, Exhibit, Mismatch } from '../../src/verdict/comparison.ts';
import { DEFAULT_GATE } from '@stagegate/gateway-engine/ports';

/** A run of two rules, for reports. */
export const RUN: ParityRun = {
  version: 1,
  source: 'records',
  from: 'records of a test',
  madeAt: '2026-11-28T12:00:00Z',
  lanes: ['legacy-thin', 'hono'],
  rules: [
    { name: 'messages-anthropic', serving: 'legacy-thin', candidates: ['hono'], gate: { ...DEFAULT_GATE, p99_latency_ratio_max: 1.1 } },
    { name: 'chat-openai', serving: 'legacy-thin', candidates: ['hono'], gate: DEFAULT_GATE },
  ],
  reproduce: 'npm run stagegate -- parity explain {id} --records DIR',
};

const PROVIDERS = ['anthropic', 'bedrock', 'vertex_ai'];
const BEFORE = { model: 'claude', max_tokens: 4096, messages: [{ role: 'user', content: '‹text A, 40 characters›' }], stream: true };

/** Comparisons of a run: most of them the same, a few with a wrong temperature, an error's type, or an event too many. */
export function comparisonsOfRun(count: number): readonly Comparison[] {
  return Array.from({ length: count }, (_, index) => comparison(index));
}

function comparison(index: number): Comparison {
  const rule = index % 3 === 0 ? 'chat-openai' : 'messages-anthropic';
  const mismatch = index % 3 === 0 ? undefined : mismatchOf(index);
  const ms = 180 + ((index * 7919) % 1000) / 2 + (index % 97 === 0 ? 2_000 : 0);
  return {
    id: `${String(index).padStart(8, '0')}-4f82-45e8-82bb-77e9939f15d1`,
    rule,
    outcome: mismatch !== undefined ? 'mismatched' : index % 41 === 0 ? 'accepted' : index % 53 === 0 ? 'declined' : 'matched',
    strata: {
      route: rule === 'chat-openai' ? '/v1/chat/completions' : '/v1/messages',
      provider: rule === 'chat-openai' ? 'openai' : (PROVIDERS[index % PROVIDERS.length] ?? ''),
      model: `model-${(index * 31) % 40}`,
      stream: index % 2 === 0 ? 'yes' : 'no',
      tools: index % 5 === 0 ? 'yes' : 'no',
      error: index % 211 === 0 ? '4xx' : 'none',
    },
    mismatches: mismatch === undefined ? [] : [mismatch],
    reasons: index % 53 === 0 ? ['hono: core: messages[2].content: an image by plain http'] : [],
    latencies: {
      'legacy-thin': { firstByteMs: ms / 3 + 1.2, totalMs: ms + 1.6 },
      hono: { firstByteMs: ms / 3 + 0.4, totalMs: ms + 0.6 },
    },
    ...(index % 20 === 0 && { noise: [] }),
    ...(mismatch !== undefined && { exhibits: [exhibitOf(mismatch)] }),
  };
}

function mismatchOf(index: number): Mismatch | undefined {
  if (index % 400 === 1)
    return { sides: 'hono', path: `answer.events[${index % 9}].data.delta`, expected: 'nothing', got: '{"type":"text_delta"}' };
  if (index % 700 === 2) return { sides: 'legacy-thin/hono', path: 'request.body.temperature', expected: '0.7', got: '1' };
  return undefined;
}

function exhibitOf({ sides }: Mismatch): Exhibit {
  const [surface, after] =
    sides === 'hono' ? (['answer', { ...BEFORE, stream: false }] as const) : (['request', { ...BEFORE, temperature: 1 }] as const);
  return { sides, surface, rows: alignJson(BEFORE, after) };
}
