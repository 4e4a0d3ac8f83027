import { type AddressInfo, connect, createServer, type NetConnectOpts, type Socket } from 'node:net';

/**
 * What befalls connections. `refuse`: new ones are cut at once. `hang`: nothing passes, either way. `mute`: what the client says passes,
 * no answer does.
 */
export type Fault = 'none' | 'refuse' | 'hang' | 'mute';

/** A TCP relay that can be told to fail, for what has no protocol of ours: databases, caches. */
export interface FaultProxy {
  readonly port: number;
  /** Holds for connections that are open and for those to come. What was held back passes again after `none`. */
  readonly set: (fault: Fault) => void;
  /** Cuts every connection. out: how many. */
  readonly cut: () => number;
  /** Of connections that are open now nothing passes ever again, and none of them ends: their other side is gone without a word. */
  readonly strand: () => void;
  /** Called with every piece that a client sends, before it passes. */
  readonly onClientData: (watch: (piece: Buffer) => void) => void;
  readonly close: () => Promise<void>;
}

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
}

/** Relays a free port of the loopback to a server: a port or a Unix socket. */
export async function startFaultProxy(target: NetConnectOpts): Promise<FaultProxy> {
  const pairs = new Set<Pair>();
  const stranded = new WeakSet<Pair>();
  let fault: Fault = 'none';
  let watch: ((piece: Buffer) => void) | undefined;
  const hold = (pair: Pair): void => {
    const { client, server } = pair;
    const hangs = fault === 'hang' || stranded.has(pair);
    if (hangs) client.pause();
    else client.resume();
    if (hangs || fault === 'mute') server.pause();
    else server.resume();
  };
  const listener = createServer((client) => {
    if (fault === 'refuse') return void client.destroy();
    const pair = { client, server: connect(target) };
    pairs.add(pair);
    const end = (): void => {
      pairs.delete(pair);
      client.destroy();
      pair.server.destroy();
    };
    client.on('data', (piece: Buffer) => {
      watch?.(piece);
      pair.server.write(piece);
      // The watcher may have changed what is to pass next.
      hold(pair);
    });
    pair.server.on('data', (piece: Buffer) => client.write(piece));
    for (const socket of [client, pair.server]) socket.on('error', end).on('close', end);
    hold(pair);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  return {
    port: (listener.address() as AddressInfo).port,
    set: (next) => {
      fault = next;
      for (const pair of pairs) hold(pair);
    },
    cut: () => {
      const count = pairs.size;
      for (const { client, server } of pairs) {
        client.destroy();
        server.destroy();
      }
      return count;
    },
    strand: () => {
      for (const pair of pairs) {
        stranded.add(pair);
        hold(pair);
      }
    },
    onClientData: (next) => {
      watch = next;
    },
    close: () => {
      for (const { client, server } of pairs) {
        client.destroy();
        server.destroy();
      }
      return new Promise((resolve) => listener.close(() => resolve()));
    },
  };
}
