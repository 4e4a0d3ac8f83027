import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isUpstreamFailure, type UpstreamFailure } from '@stagegate/gateway-engine/ports';
import type { SentRequest } from '../compare/call-facts.ts';
import type { Reply } from '../replay/replay-call.ts';
import { CREDENTIAL, sentPath, toBodyText } from '../replay/sent-request.ts';
import { sentHeaders } from './to-sent.ts';

/** A provider on a loopback socket that answers with recorded replies. */
export interface RecordedProvider {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /**
   * Loads the replies for a call, in place of earlier ones. Requests cannot be matched to calls, because their bodies and headers are what is
   * compared, so calls are played one at a time. A request without a reply is cut off.
   */
  readonly load: (replies: readonly (Reply | UpstreamFailure)[]) => void;
  /** The requests since then, in order. */
  readonly sent: () => readonly SentRequest[];
  readonly close: () => Promise<void>;
}

/** Recorded headers that are not sent again: Node sets them, or they belong to the recorded connection. */
const NOT_REPEATED: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'content-encoding']);

/** Starts one on a free port. */
export async function startRecordedProvider(): Promise<RecordedProvider> {
  let replies: readonly (Reply | UpstreamFailure)[] = [];
  let sent: SentRequest[] = [];
  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const mine = { replies, sent };
    const seen = await readRequest(incoming);
    const reply = mine.replies[mine.sent.length];
    mine.sent.push(seen);
    if (reply === undefined || isUpstreamFailure(reply)) incoming.socket.resetAndDestroy();
    else await sendReply(reply, outgoing);
  };
  const server = createServer((incoming, outgoing) => {
    outgoing.on('error', () => undefined);
    serve(incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    load: (next) => {
      replies = next;
      sent = [];
    },
    sent: () => sent,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function readRequest(incoming: IncomingMessage): Promise<SentRequest> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming as AsyncIterable<Uint8Array>) chunks.push(chunk);
  const { method = 'GET', url = '/', headers } = incoming;
  const body = await toBodyText(Buffer.concat(chunks), headers['content-type']);
  return { method, path: sentPath(`http://provider.replay${url}`), headers: sentHeaders(headers, CREDENTIAL), body };
}

async function sendReply({ status, headers, pieces, failure }: Reply, outgoing: ServerResponse): Promise<void> {
  outgoing.sendDate = false;
  outgoing.writeHead(status, Object.fromEntries(Object.entries(headers).filter(([name]) => !NOT_REPEATED.has(name))));
  outgoing.flushHeaders();
  for (const piece of pieces) await new Promise<void>((resolve) => void outgoing.write(piece, () => resolve()));
  if (failure === undefined) outgoing.end();
  else outgoing.socket?.resetAndDestroy();
}
