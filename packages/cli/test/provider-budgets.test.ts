import { expect, test } from 'vitest';
import { describeManaged } from './support/managed-gateway.ts';
import { priced } from './support/priced-models.ts';

const budgets = { openai: { budget_limit: 50, time_period: '1d' }, mistral: { max_budget: 2, budget_duration: '30d' } };

describeManaged(
  ({ lane, api, chat }) => {
    test('what providers may cost is shown, with what they have cost and when that begins anew', async () => {
      const before = (await api('GET', '/provider/budgets')).body;
      expect(before).toStrictEqual({
        providers: {
          openai: { budget_limit: 50, time_period: '1d', spend: 0, budget_reset_at: null },
          mistral: { budget_limit: 2, time_period: '30d', spend: 0, budget_reset_at: null },
        },
      });
      const nowMs = Date.now();
      expect((await chat('sk-master-of-tests', { model: 'priced' })).status).toBe(200);
      const viewer = await api('POST', '/user/new', { user_id: `viewer-${lane}`, user_role: 'proxy_admin_viewer' });
      const { providers } = (await api('GET', '/provider/budgets', undefined, String(viewer.body['key']))).body as {
        providers: Record<string, { spend: number; budget_reset_at: string | null }>;
      };
      expect(providers['openai']?.spend).toBeGreaterThan(0);
      expect(providers['openai']?.budget_reset_at).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+\+00:00$/u);
      const resetMs = Date.parse(providers['openai']?.budget_reset_at ?? '');
      expect(resetMs).toBeGreaterThanOrEqual(nowMs + 86_400_000 - 1_000);
      expect(resetMs).toBeLessThanOrEqual(Date.now() + 86_400_000 + 1_000);
      expect(providers['mistral']).toMatchObject({ spend: 0, budget_reset_at: null });
    });
  },
  { more: (url) => ({ ...priced(url), router_settings: { num_retries: 0, provider_budget_config: budgets } }) },
);
