import { readFileSync } from 'node:fs';
import { listProviders } from '@stagegate/core-transforms';
import type { LoadedVector, Vector } from '@stagegate/testbed';
import { expect, test } from 'vitest';
import { toProviderTable } from '../src/providers/provider-table.ts';
import { renderMarkdown, renderText } from '../src/providers/render.ts';
import type { CaseResult, OutcomeName } from '../src/vectors/outcome.ts';

const ROWS = listProviders();
const IDS = new Set(ROWS.map(({ id }) => id));

function vector(id: string, model: string | null, more: Partial<Vector> = {}): LoadedVector {
  return {
    path: `chat/${id}`,
    vector: {
      id,
      route: '/v1/chat/completions',
      provider: 'groq',
      model: 'm',
      tags: [],
      litellm_params: model === null ? null : { model },
      client_request: {},
      provider_request: null,
      volatile: [],
      ...more,
    },
  };
}

function result(id: string, outcome: OutcomeName): CaseResult {
  return { id, route: '/v1/chat/completions', provider: 'groq', stream: false, outcome, reasons: [] };
}

const CASES: readonly [LoadedVector, OutcomeName][] = [
  [vector('a', 'openai/x', { tags: ['stream'], client_request: { tools: [{}] } }), 'passed'],
  [vector('b', 'openai/x', { client_request: { messages: [{ content: [{ type: 'image_url' }] }] } }), 'accepted'],
  [vector('c', 'openai/x', { tags: ['stream'] }), 'failed'],
  [vector('d', 'openai/x'), 'skipped'],
  [vector('e', 'bare-name'), 'passed'],
  [vector('f', null), 'passed'],
];
const TABLE = toProviderTable(
  CASES.map(([loaded]) => loaded),
  CASES.map(
    ([
      {
        vector: { id },
      },
      outcome,
    ]) => result(id, outcome),
  ),
  IDS,
);

test('cases are counted by the row that serves them and by what they are about', () => {
  const none = { passed: 0, played: 0 };
  const route = '/v1/chat/completions';
  expect(TABLE).toStrictEqual([
    { provider: 'groq', route, stream: none, tools: none, vision: none, all: { passed: 1, played: 1 } },
    {
      provider: 'openai',
      route,
      stream: { passed: 1, played: 2 },
      tools: { passed: 1, played: 1 },
      vision: { passed: 1, played: 1 },
      all: { passed: 2, played: 3 },
    },
  ]);
});

test('the table as text and as a document', () => {
  expect(renderText(TABLE).split('\n')[2]).toBe('openai    /v1/chat/completions  1/2     1/1    1/1     2/3');
  const document = renderMarkdown(TABLE, ROWS);
  expect(document).toContain('| openai | /v1/chat/completions | 1/2 | 1/1 | 1/1 | 2/3 |\n');
  expect(document).toContain('| `groq` | openai-chat | https://api.groq.com/openai/v1 | `GROQ_API_KEY` | yes |\n');
});

test('docs/providers.md names every provider we have a row for, and no other: run `pnpm providers`', () => {
  const document = readFileSync(new URL('../../../docs/providers.md', import.meta.url), 'utf8');
  const named = [...document.matchAll(/^\| `([^`]+)` \|/gmu)].map(([, id]) => id);
  expect(named).toStrictEqual([...IDS]);
});
