import type { JsonObject } from '@stagegate/core-transforms';
import { expect, test } from 'vitest';
import { MASTER_KEY } from './support/gateway.ts';
import { describeManaged, type Answer } from './support/managed-gateway.ts';
import { priced } from './support/priced-models.ts';

/** A refusal as a client sees it: its status, type and message. */
const refusalOf = ({ status, body }: Answer): unknown => {
  const { type, message } = (body['error'] ?? {}) as JsonObject;
  return { status, type, message };
};
const spentOf = (message: RegExp): unknown => ({ status: 422, type: 'budget_exceeded', message: expect.stringMatching(message) });

describeManaged(
  (at) => {
    const { lane, api } = at;
    const make = async (body: JsonObject = {}): Promise<string> => String((await api('POST', '/key/generate', body)).body['key']);
    /** Calls until one is not answered. out: that one, and how many were. */
    const spend = async (call: () => Promise<Answer>): Promise<{ refused: Answer; calls: number }> => {
      for (let calls = 0; ; calls += 1) {
        const answer = await call();
        if (answer.status !== 200 || calls > 50) return { refused: answer, calls };
      }
    };

    test('a tag that has spent its money stops whoever names it, and nobody else', async () => {
      const [name, key, tagged] = [`tag-${lane}`, await make(), await make({ metadata: { tags: [`tag-${lane}`] } })];
      expect((await api('POST', '/tag/new', { name, max_budget: 0.03 })).status).toBe(200);
      const named = { model: 'priced', metadata: { tags: [name] } };
      const { refused, calls } = await spend(() => at.chat(key, named));
      const message = new RegExp(String.raw`^Budget has been exceeded! Tag=${name} Current cost: 0\.0\d+, Max budget: 0\.03$`, 'u');
      expect([refusalOf(refused), calls > 1]).toStrictEqual([spentOf(message), true]);
      for (const one of [
        at.chat(MASTER_KEY, named),
        at.chat(tagged, { model: 'priced' }),
        at.chat(key, { model: 'priced', tags: [name] }),
      ]) {
        expect(refusalOf(await one)).toStrictEqual(spentOf(message));
      }
      expect((await at.chat(key, { model: 'priced', metadata: { tags: ['other'] } })).status).toBe(200);
      expect((await api('POST', '/tag/info', { names: [name] })).body).toMatchObject({
        [name]: { litellm_budget_table: { max_budget: 0.03 } },
      });
      expect((await api('POST', '/tag/update', { name, max_budget: 1 })).status).toBe(200);
      expect((await at.chat(key, named)).status).toBe(200);
      expect((await api('POST', '/tag/update', { name, max_budget: 0.02 })).status).toBe(200);
      expect((await at.chat(key, named)).status).toBe(422);
      expect((await api('POST', '/tag/delete', { name })).status).toBe(200);
      expect((await at.chat(key, named)).status).toBe(200);
    });
  },
  { more: priced },
);
