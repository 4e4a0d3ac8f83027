import { describe, expect, test } from 'vitest';
import { caller } from '../../test/make-caller.ts';
import { config, deployment } from '../../test/make-config.ts';
import { compileModelNames } from '../auth/index.ts';
import { MASTER } from '../ports/index.ts';
import { compileModels } from '../routing/index.ts';
import { answerUnrouted, compilePathModel, compileRoutes, ROUTES, type LocalView } from './index.ts';

const match = compileRoutes(ROUTES);

test.each([
  ['POST', '/v1/chat/completions', '/v1/chat/completions', undefined],
  ['POST', '/chat/completions', '/v1/chat/completions', undefined],
  ['POST', '/engines/gpt-4o/chat/completions', '/v1/chat/completions', 'gpt-4o'],
  ['POST', '/engines/org/gpt-4o/chat/completions', '/v1/chat/completions', 'org/gpt-4o'],
  ['POST', '/openai/deployments/a%20b%2Fc/chat/completions', '/v1/chat/completions', 'a b/c'],
  ['POST', '/openai/deployments/%E0%A4%A/chat/completions', '/v1/chat/completions', '%E0%A4%A'],
  ['POST', '/completions', '/v1/completions', undefined],
  ['POST', '/engines/org/davinci/completions', '/v1/completions', 'org/davinci'],
  ['POST', '/openai/deployments/davinci/completions', '/v1/completions', 'davinci'],
  ['POST', '/v1/messages', '/v1/messages', undefined],
  ['POST', '/v1/messages/count_tokens', '/v1/messages/count_tokens', undefined],
  ['POST', '/ocr', '/v1/ocr', undefined],
  ['GET', '/models', '/v1/models', undefined],
  ['GET', '/v1/models/gpt-4o', '/v1/models/{model}', 'gpt-4o'],
  ['GET', '/health/liveness', '/health/liveliness', undefined],
  ['GET', '/health/readiness', '/health/readiness', undefined],
])('%s %s', (method, path, id, model) => {
  const found = match(method, path);
  expect(found).toMatchObject({ kind: 'route', route: { id } });
  expect(found.kind === 'route' && found.pathModel).toBe(model);
  if (found.kind === 'route') expect(compilePathModel(found.route.paths)(path)).toBe(model);
});

test.each([
  ['GET', '/v1/chat/completions', '', 405, undefined],
  ['HEAD', '/v1/models', '', 405, undefined],
  ['POST', '/v1/models/x', '', 405, undefined],
  ['GET', '/nowhere', '', 404, undefined],
  ['POST', '/V1/chat/completions', '', 404, undefined],
  ['POST', '//v1/chat/completions', '', 404, undefined],
  ['POST', '/v1/chat/completions/', 'a=b', 307, '/v1/chat/completions?a=b'],
  ['GET', '/health/liveliness/', '', 307, '/health/liveliness'],
  ['GET', '//evil.test/', '', 404, undefined],
  ['GET', '/engines//embeddings', '', 404, undefined],
])('%s %s is on no route', (method, path, query, status, location) => {
  const answer = answerUnrouted(match, method, path, query);
  expect(answer.status).toBe(status);
  expect(answer.headers['location']).toBe(location);
});

test('no two routes share a method and a path', () => {
  const all = ROUTES.flatMap(({ method, paths }) => paths.map((path) => `${method} ${path}`));
  expect(new Set(all).size).toBe(all.length);
});

const facts = (mode: string): LocalView['config']['deployments'][number]['facts'] => ({
  mode,
  outputTokensMax: 10,
  inputTokensMax: 20,
  supports: new Set(),
  denies: new Set(),
  reasoningEfforts: undefined,
  defaultReasoningEffort: undefined,
});

/** What Anthropic's clients send with every call. */
const anthropicHeader = (name: string): string | undefined => (name === 'anthropic-version' ? '2023-06-01' : undefined);

describe('models', () => {
  const rows = [
    deployment({ modelGroup: 'b', facts: facts('chat') }),
    deployment({ modelGroup: 'b' }),
    deployment({ modelGroup: 'a', facts: facts('embedding') }),
    deployment({ modelGroup: 'wild/*', underlyingModel: 'openai/*', model: '*' }),
  ];
  const given = config({
    deployments: rows,
    modelGroupAliases: new Map([
      ['alias', 'b'],
      ['hidden', 'b'],
    ]),
    hiddenAliases: new Set(['hidden']),
    unserved: [{ modelGroup: 'elsewhere' }, { modelGroup: 'b' }],
  });
  const ask = (id: string, more: Partial<LocalView> = {}): { status: number; body: unknown } => {
    const route = ROUTES.find((candidate) => candidate.id === id);
    if (route?.kind !== 'local') throw new Error(id);
    const findDeployments = compileModels(given);
    const view = {
      config: given,
      findDeployments,
      modelNames: compileModelNames(given, findDeployments),
      caller: MASTER,
      pathModel: undefined,
      header: () => undefined,
      query: new URLSearchParams(),
      closing: false,
      database: undefined,
    };
    const { status, body } = route.answer({ ...view, ...more });
    return { status, body: JSON.parse(String(body)) };
  };

  const listed = (more?: Partial<LocalView>): readonly Record<string, unknown>[] =>
    (ask('/v1/models', more).body as { data: Record<string, unknown>[] }).data;
  const named = (more?: Partial<LocalView>): readonly unknown[] => listed(more).map(({ id }) => id);

  test('lists aliases, groups and rows nobody serves, each once, then what wildcards are known to serve', () => {
    expect(ask('/v1/models')).toMatchObject({ status: 200, body: { object: 'list' } });
    expect(listed().slice(0, 4)).toMatchObject([
      { id: 'alias', mode: 'chat' },
      { id: 'b', mode: 'chat', max_input_tokens: 20, max_output_tokens: 10, owned_by: 'openai', created: 1677610602 },
      { id: 'a', mode: 'embedding', max_input_tokens: 20 },
      { id: 'elsewhere' },
    ]);
    expect(listed().find(({ id }) => id === 'wild/gpt-4o')).toMatchObject({ mode: 'chat', max_input_tokens: 128_000 });
    expect([named().length, named().includes('wild/*')]).toStrictEqual([new Set(named()).size, false]);
    expect(named({ query: new URLSearchParams('return_wildcard_routes=true') })).toContain('wild/*');
  });

  test('of what a wildcard serves a key sees what its own list names, known to the price map or not, in its order', () => {
    const ofKey = caller({ models: ['wild/of-tomorrow', 'wild/gpt-4o', 'nobody', 'a'] });
    expect(named({ caller: ofKey })).toStrictEqual(['wild/of-tomorrow', 'wild/gpt-4o', 'a']);
  });

  test('speaks Anthropic’s dialect to its clients', () => {
    expect(ask('/v1/models', { header: anthropicHeader }).body).toMatchObject({
      data: expect.arrayContaining([
        expect.objectContaining({ type: 'model', id: 'b', display_name: 'b', created_at: '2023-02-28T18:56:42Z', max_tokens: 10 }),
      ]),
      has_more: false,
      first_id: 'alias',
      last_id: named().at(-1),
    });
  });

  test.each([
    ['b', 200],
    ['alias', 200],
    ['wild/x', 200],
    ['hidden', 404],
    ['openai/gpt-4o', 404],
    ['nobody', 404],
  ])('one model: %s', (pathModel, status) => {
    expect(ask('/v1/models/{model}', { pathModel }).status).toBe(status);
  });

  test('a gateway that drains says so', () => {
    expect(ask('/health/readiness')).toMatchObject({ status: 200, body: { status: 'healthy', db: 'Not connected' } });
    expect(ask('/health/readiness', { database: 'ready' })).toMatchObject({ status: 200, body: { db: 'connected' } });
    expect(ask('/health/readiness', { database: 'down' })).toMatchObject({ status: 503, body: { db: 'disconnected' } });
    expect(ask('/health/liveliness', { closing: true }).status).toBe(503);
  });
});
