import type { CallRecord } from '../src/record/index.ts';

/** A record of a streamed call with one attempt, for tests. */
export function callRecord(id: string, more: Partial<CallRecord> = {}): CallRecord {
  const deployment = { id: 'd1', provider: 'openai', model: 'm', modelGroup: 'group' };
  return {
    version: 1,
    id,
    startedMs: 1_700_000_000_000,
    origin: 'gateway',
    lane: 'hono',
    route: '/v1/chat/completions',
    caller: { keyHash: 'ab'.repeat(32) },
    ambient: { callId: id, nowSeconds: 1_700_000_000 },
    client: {
      method: 'POST',
      path: '/v1/chat/completions',
      query: '',
      headers: { 'content-type': 'application/json' },
      body: { text: `{"model":"group","n":9007199254740993,"user":"${id}"}` },
    },
    deployment,
    attempts: [
      {
        deployment,
        atMs: 1.5,
        request: {
          method: 'POST',
          url: 'https://provider.test/v1/chat/completions',
          headers: { 'content-type': 'application/json' },
          auth: { kind: 'header', header: 'authorization', scheme: 'Bearer' },
          body: { text: '{"model":"m","n":9007199254740993}' },
        },
        answer: {
          status: 200,
          headers: { 'content-type': 'text/event-stream' },
          atMs: 12,
          body: { text: 'data: ü\n\ndata: [DONE]\n\n' },
          pieces: [
            [7, 12],
            [17, 30.25],
          ],
        },
      },
    ],
    answer: { status: 200, headers: {}, atMs: 13, body: { base64: '/w==' }, pieces: [[1, 13]] },
    ...more,
  };
}
