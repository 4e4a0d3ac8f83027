import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { chatAnswer, chatEvents, messageEvents } from './payloads.ts';

/** What the mock tells of a call that hangs: that it came, and that the other side let go of it. */
export interface HangWatcher {
  /** `id` is what the call's body names as `user`. */
  readonly onHung: (id: string) => void;
  readonly onGone: (id: string) => void;
}

/** A running mock. */
export interface Mock {
  readonly port: number;
  readonly close: () => void;
}

/** How a call is answered: pieces, each its own write. */
type Pieces = readonly Buffer[];

const SEPARATOR = Buffer.from('\r\n\r\n');
const STREAM_MARK = Buffer.from('"stream":true');

/**
 * A provider that costs as little as can be: bytes made beforehand, HTTP read by hand, each event its own write.
 *
 * With a watcher every call hangs: a stream after its second event, any other before its head.
 */
export async function startMock(watcher?: HangWatcher): Promise<Mock> {
  const answers = {
    chat: [wholeAnswer(chatAnswer())],
    chatStream: streamAnswer(chatEvents()),
    messageStream: streamAnswer(messageEvents()),
  };
  const sockets = new Set<Socket>();
  const server: Server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
    readCalls(socket, (head, body) => {
      const isStream = body.includes(STREAM_MARK);
      const pieces = head.includes('/messages') ? answers.messageStream : isStream ? answers.chatStream : answers.chat;
      if (watcher !== undefined) return hang(socket, isStream ? pieces.slice(0, 3) : [], body, watcher);
      for (const piece of pieces) socket.write(piece);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): void => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  const address = server.address() as AddressInfo;
  return { port: address.port, close };
}

function hang(socket: Socket, pieces: Pieces, body: Buffer, { onHung, onGone }: HangWatcher): void {
  const id = /"user":"([^"]+)"/u.exec(body.toString('latin1'))?.[1] ?? '';
  for (const piece of pieces) socket.write(piece);
  socket.once('close', () => onGone(id));
  onHung(id);
}

/** Calls come one after the other on a connection; each is handed over once its body is whole. */
function readCalls(socket: Socket, onCall: (head: string, body: Buffer) => void): void {
  let pending: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    for (;;) {
      const end = pending.indexOf(SEPARATOR);
      if (end === -1) return;
      const head = pending.toString('latin1', 0, end);
      const length = Number(/content-length: (\d+)/iu.exec(head)?.[1] ?? 0);
      const whole = end + SEPARATOR.length + length;
      if (/transfer-encoding: chunked/iu.test(head)) throw new Error('the mock reads no chunked bodies');
      if (pending.length < whole) return;
      const body = pending.subarray(end + SEPARATOR.length, whole);
      pending = pending.subarray(whole);
      onCall(head, body);
    }
  });
}

function wholeAnswer(body: string): Buffer {
  return Buffer.from(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

function streamAnswer(events: readonly string[]): Pieces {
  const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n';
  return [head, ...events.map(toChunk), '0\r\n\r\n'].map((piece) => Buffer.from(piece));
}

function toChunk(event: string): string {
  return `${Buffer.byteLength(event).toString(16)}\r\n${event}\r\n`;
}
