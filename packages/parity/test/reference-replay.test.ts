import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallRecord } from '@stagegate/gateway-engine/record';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ACCEPTED_DIFFERENCES } from '../src/compare/accepted-differences.ts';
import { ACCEPTED_OF_MIXED_TRAFFIC } from '../src/reference/accepted.ts';
import { startReferencePlayer, type ReferencePlayer } from '../src/reference/reference-player.ts';
import { toReplayConfig } from '../src/replay/replay-config.ts';
import { replayRecords, type ReplayOptions } from '../src/replay/replay-records.ts';
import { toRunRules } from '../src/replay/run-rules.ts';
import type { Comparison } from '../src/verdict/comparison.ts';
import { recordVectors, vectorsConfig, writeRecords } from './support/make-records.ts';
import { breakRequests } from './support/break-request.ts';

/** Said by scripts/lib/services.mjs, which also says when there is none. */
const PYTHON = process.env['STAGEGATE_LITELLM_PYTHON'];
const CONFIG = toReplayConfig(vectorsConfig());
const START_MS_MAX = 600_000;

let dir = '';
let records: readonly CallRecord[] = [];
let player: ReferencePlayer | undefined;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'reference-replay-'));
  const filters = ['chat_completions/{openai,anthropic,groq}/*-{basic,basic-stream,tool,tools}', '**/err-oai-*-status_{429,500}'];
  records = (await Promise.all(filters.map((filter) => recordVectors('hono', filter)))).flat();
  await writeRecords(dir, [...records, ...records.slice(0, 1).map(recordedElsewhere)]);
  if (PYTHON !== undefined) player = await startReferencePlayer(PYTHON, CONFIG);
}, START_MS_MAX);

afterAll(async () => {
  await player?.close();
  rmSync(dir, { recursive: true });
});

/** Where a key or an address is another, so is the id that is made of them. */
function recordedElsewhere(record: CallRecord): CallRecord {
  const id = 'f'.repeat(64);
  return {
    ...record,
    id: 'recorded-elsewhere',
    ...(record.deployment !== undefined && { deployment: { ...record.deployment, id } }),
    attempts: record.attempts.map((attempt) => ({ ...attempt, deployment: { ...attempt.deployment, id } })),
    answer: { ...record.answer, headers: { ...record.answer.headers, 'x-litellm-model-id': id } },
  };
}

async function replay(reference: ReferencePlayer, parts: ReplayOptions['parts'] = {}): Promise<readonly Comparison[]> {
  const comparisons: Comparison[] = [];
  const options: ReplayOptions = {
    records: dir,
    config: CONFIG,
    rules: toRunRules(vectorsConfig(), ['hono'], undefined),
    accepted: [...ACCEPTED_DIFFERENCES, ...ACCEPTED_OF_MIXED_TRAFFIC],
    noiseShare: 0,
    showContent: false,
    share: { index: 0, of: 1 },
    skips: () => false,
    parts,
    reference,
  };
  await replayRecords(options, {
    onComparison: (comparison) => comparisons.push(comparison),
    onOtherRule: () => expect.unreachable('of another rule'),
    onProblem: ({ message }) => expect.unreachable(message),
  });
  return comparisons;
}

test(
  'what a lane of ours recorded, LiteLLM does too, over the recorded provider',
  async ({ skip }) => {
    if (player === undefined) return skip('LiteLLM is not on this machine');
    const comparisons = await replay(player);
    const compared = comparisons.filter(({ outcome }) => outcome !== 'not-compared');
    expect(compared.length).toBeGreaterThan(10);
    expect(compared.map(({ id }) => id)).toContain('recorded-elsewhere');
    expect(comparisons.filter(({ outcome }) => outcome === 'mismatched').map(({ id, mismatches }) => ({ id, mismatches }))).toStrictEqual(
      [],
    );
    expect(compared[0]?.latencies).toHaveProperty('reference');
  },
  START_MS_MAX,
);

test(
  'a request that LiteLLM would make otherwise is found against it, in the lane that makes it',
  async ({ skip }) => {
    if (player === undefined) return skip('LiteLLM is not on this machine');
    const comparisons = await replay(player, {
      hono: { transforms: breakRequests((body) => ({ ...body, temperature: 0.123 })) },
    });
    const places = comparisons.flatMap(({ mismatches }) => mismatches.map(({ sides, path }) => `${sides} ${path}`));
    expect(places).toContain('reference/hono request.body.temperature');
    expect(places.filter((place) => place.startsWith('reference/record'))).toStrictEqual([]);
  },
  START_MS_MAX,
);
