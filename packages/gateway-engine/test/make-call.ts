import type { RawCall, TextSink, Upstream, UpstreamAnswer, UpstreamFailure, UpstreamRequest } from '../src/ports/index.ts';

/** A call from nowhere: what a shell would hand over. */
export function rawCall(
  body: unknown,
  more: Partial<Pick<RawCall, 'path' | 'signal' | 'lane'>> & { headers?: Record<string, string> } = {},
): RawCall {
  const { headers = {}, ...rest } = more;
  const all: Record<string, string> = { authorization: 'Bearer sk-master-of-tests', 'content-type': 'application/json', ...headers };
  const bytes = new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));
  return {
    method: 'POST',
    path: '/v1/chat/completions',
    query: '',
    header: (name) => all[name],
    headerNames: () => Object.keys(all),
    readBody: async (bytesMax) => (bytes.length > bytesMax ? undefined : bytes),
    prescan: undefined,
    signal: new AbortController().signal,
    ...rest,
  };
}

/** One answer of a provider in memory. */
export interface Scripted {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  /** A piece that is a function is awaited: the answer stands still until it resolves. */
  readonly pieces?: readonly (string | Uint8Array | (() => Promise<void>))[];
  readonly end?: UpstreamFailure;
}

/** A provider in memory that answers as told and keeps what it was sent. */
export function memoryUpstream(...script: readonly (Scripted | UpstreamFailure)[]): Upstream & { readonly sent: UpstreamRequest[] } {
  const sent: UpstreamRequest[] = [];
  return {
    sent,
    send: async (request) => {
      const answer = script[Math.min(sent.length, script.length - 1)] ?? {};
      sent.push(request);
      return 'kind' in answer ? answer : toAnswer(answer);
    },
    close: async () => undefined,
  };
}

function toAnswer({ status = 200, headers = {}, pieces = [], end }: Scripted): UpstreamAnswer {
  const forEachChunk: UpstreamAnswer['forEachChunk'] = async (consume) => {
    for (const piece of pieces) {
      if (typeof piece === 'function') await piece();
      else if ((await consume(typeof piece === 'string' ? Buffer.from(piece) : piece)) === 'stop') return undefined;
    }
    return end;
  };
  const readAll = async (): Promise<Uint8Array | UpstreamFailure> => {
    const chunks: Uint8Array[] = [];
    return (await forEachChunk((chunk) => void chunks.push(chunk))) ?? Buffer.concat(chunks);
  };
  return { status, headers, readAll, forEachChunk };
}

/** Keeps every write; `full` makes each wait for it. */
export function memorySink(full?: () => Promise<void>): TextSink & { readonly writes: string[] } {
  const writes: string[] = [];
  const write = (text: string): void | Promise<void> => {
    writes.push(text);
    return full?.();
  };
  return { writes, write };
}
