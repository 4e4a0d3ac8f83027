import type { JsonObject } from '@stagegate/core-transforms';
import { expect, test } from 'vitest';
import { describeManaged, type Answer } from './support/managed-gateway.ts';

const ROUTE = '/management/v1/budgets';

describeManaged((at) => {
  const { lane, api } = at;
  const idsOf = ({ body }: Answer): unknown => (body['data'] as readonly JsonObject[]).map(({ budget_id: id }) => id);

  test('budgets by page, sorted and filtered; what has no limit comes last either way', async () => {
    const [small, large, endless] = [`small-${lane}`, `large-${lane}`, `endless-${lane}`];
    await api('POST', '/budget/new', { budget_id: small, max_budget: 1, budget_duration: '1d', tpm_limit: 60_000 });
    await api('POST', '/budget/new', { budget_id: large, max_budget: 9, budget_duration: '30d' });
    await api('POST', '/budget/new', { budget_id: endless });
    const list = (query: string): Promise<Answer> => api('GET', `${ROUTE}?q=-${lane}&${query}`);
    expect(idsOf(await list('sort=max_budget'))).toStrictEqual([small, large, endless]);
    expect(idsOf(await list('sort=-max_budget'))).toStrictEqual([large, small, endless]);
    expect(idsOf(await list(''))).toStrictEqual([endless, large, small]);
    expect(idsOf(await list('filter[max_budget][gte]=2'))).toStrictEqual([large]);
    expect(idsOf(await list('filter[max_budget][is_null]=true'))).toStrictEqual([endless]);
    expect(idsOf(await list('filter[budget_duration][in]=1d,7d'))).toStrictEqual([small]);
    expect(idsOf(await list('filter[created_at][lte]=2020-01-01'))).toStrictEqual([]);
    const { body } = await list('sort=budget_id&page_size=2&page=2');
    expect(body).toMatchObject({
      data: [{ budget_id: small, max_budget: 1, tpm_limit: 60_000, rpm_limit: null, budget_duration: '1d' }],
      meta: { total_count: 3, page: 2, page_size: 2, total_pages: 2 },
      links: { next: null, prev: expect.stringMatching(/^\/management\/v1\/budgets\?.*page=1$/u) as string },
    });
  });

  test('what cannot be asked is told as a problem', async () => {
    const problemOf = async (query: string): Promise<unknown> => {
      const { status, body } = await api('GET', `${ROUTE}?${query}`);
      return [status, String(body['type']).replace('urn:litellm:error:', ''), body['detail']];
    };
    expect(await problemOf('page=x')).toStrictEqual([400, 'invalid-query-parameter', "'page' must be an integer."]);
    expect(await problemOf('page_size=0')).toStrictEqual([400, 'invalid-query-parameter', "'page_size' must be 1 or greater."]);
    expect(await problemOf('sort=name,-budget_id')).toStrictEqual([400, 'invalid-sort-field', "Cannot sort budgets by: 'name'."]);
    expect(await problemOf('sort=budget_id,-budget_id')).toStrictEqual([
      400,
      'duplicate-sort-field',
      'Sort field(s) named more than once: budget_id. Each may appear once.',
    ]);
    expect(await problemOf('filter[max_budget]=1')).toStrictEqual([
      400,
      'unsupported-filter-operator',
      "Operator 'eq' is not supported on 'max_budget'.",
    ]);
    expect(await problemOf('filter[max_budget][is_null]=1')).toStrictEqual([400, 'invalid-query-parameter', expect.any(String)]);
    expect(await problemOf('filter[max_budget][gte]=much')).toStrictEqual([
      400,
      'invalid-query-parameter',
      "'filter[max_budget][gte]' is not a valid float: 'much'.",
    ]);
    expect(await problemOf('filter[created_at][gte]=today')).toStrictEqual([400, 'invalid-query-parameter', expect.any(String)]);
    expect(await problemOf('team=x')).toStrictEqual([400, 'unknown-query-parameter', 'Unrecognized query parameter(s): team.']);
    expect(await problemOf('page=1&page=2')).toStrictEqual([400, 'duplicate-query-parameter', expect.any(String)]);
  });
});
