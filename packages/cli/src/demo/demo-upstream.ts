import { parseJson } from '@stagegate/core-transforms';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { composeAnswer, type DemoAnswer, type DemoRequest, readDemoRequest } from './script.ts';

/** The variable by which a config names the built-in demo provider: `api_base: os.environ/STAGEGATE_DEMO_URL`. `serve` sets it. */
export const DEMO_VARIABLE = 'STAGEGATE_DEMO_URL';

/** A provider on the loopback that speaks OpenAI's chat API, so that the first request needs no account. */
export interface DemoUpstream {
  /** `http://127.0.0.1:PORT/v1` */
  readonly baseUrl: string;
  readonly close: () => void;
}

/** A fast model: the first word after 120 ms, then forty words a second. */
const PACE = { firstMs: 120, wordMs: 25 };
const BODY_BYTES_MAX = 64 * 1024 * 1024;

/** Starts the demo provider on a free port of 127.0.0.1. `pace` is for tests. */
export async function startDemoUpstream(pace: typeof PACE = PACE): Promise<DemoUpstream> {
  let answered = 0;
  const server = createServer((incoming, outgoing) => {
    answered += 1;
    answer(incoming, outgoing, `chatcmpl-demo${answered}`, pace).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(incoming: IncomingMessage, outgoing: ServerResponse, id: string, pace: typeof PACE): Promise<void> {
  const body = await readBody(incoming);
  if (incoming.method !== 'POST' || incoming.url?.split('?')[0] !== '/v1/chat/completions') {
    return sendJson(outgoing, 404, {
      error: { message: 'the demo model answers chat completions only', type: 'invalid_request_error', param: null, code: null },
    });
  }
  const request = readDemoRequest(parseJson(body));
  const frame = { id, created: Math.floor(Date.now() / 1000), model: request.model, system_fingerprint: 'demo' };
  const made = composeAnswer(request);
  await sleep(pace.firstMs);
  if (!request.stream) {
    await sleep(pace.wordMs * made.words.length);
    return sendJson(outgoing, 200, { ...frame, object: 'chat.completion', choices: [wholeChoice(made)], usage: usageOf(request, made) });
  }
  outgoing.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  for (const event of streamEvents(request, made)) {
    if (outgoing.destroyed) return;
    outgoing.write(`data: ${JSON.stringify({ ...frame, object: 'chat.completion.chunk', ...event })}\n\n`);
    await sleep(pace.wordMs);
  }
  outgoing.end('data: [DONE]\n\n');
}

function wholeChoice({ words, toolCall, finishReason }: DemoAnswer): unknown {
  const calls = toolCall === undefined ? undefined : [{ id: 'call_demo', type: 'function', function: toolCall }];
  const message = {
    role: 'assistant',
    content: calls === undefined ? words.join('') : null,
    refusal: null,
    ...(calls && { tool_calls: calls }),
  };
  return { index: 0, message, logprobs: null, finish_reason: finishReason };
}

function* streamEvents(request: DemoRequest, made: DemoAnswer): Generator<object> {
  const usage = request.includeUsage ? { usage: null } : {};
  const chunk = (delta: object, finishReason: string | null): object => ({
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
    ...usage,
  });
  yield chunk({ role: 'assistant', content: made.toolCall === undefined ? '' : null }, null);
  for (const word of made.words) yield chunk({ content: word }, null);
  if (made.toolCall !== undefined) {
    const { name, arguments: text } = made.toolCall;
    yield chunk({ tool_calls: [{ index: 0, id: 'call_demo', type: 'function', function: { name, arguments: '' } }] }, null);
    for (const piece of text.match(/.{1,12}/gu) ?? []) yield chunk({ tool_calls: [{ index: 0, function: { arguments: piece } }] }, null);
  }
  yield chunk({}, made.finishReason);
  if (request.includeUsage) yield { choices: [], usage: usageOf(request, made) };
}

function usageOf(request: DemoRequest, { words, toolCall }: DemoAnswer): unknown {
  const completion = words.length + (toolCall === undefined ? 0 : Math.ceil(toolCall.arguments.length / 4) + 8);
  return { prompt_tokens: request.promptTokens, completion_tokens: completion, total_tokens: request.promptTokens + completion };
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > BODY_BYTES_MAX) throw new Error('body too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function sendJson(outgoing: ServerResponse, status: number, body: unknown): void {
  outgoing.writeHead(status, { 'content-type': 'application/json' });
  outgoing.end(JSON.stringify(body));
}
