import { createServer, type Server } from 'node:http';
import type { NodeListener } from '@stagegate/gateway-engine/ports';
import { Exit } from './exit.ts';

/** A server that takes calls. */
export interface Listening {
  readonly port: number;
  /** Takes no new calls and resolves when the running ones have ended. */
  readonly drain: () => Promise<void>;
  /** Cuts every connection. */
  readonly cut: () => void;
}

const SWEEP_MS = 50;

/** Starts to listen. Throws Exit 1 when the address is taken or not ours. */
export async function listen(listener: NodeListener, host: string, port: number): Promise<Listening> {
  // The lanes have their own limits per phase; a slow upload or a long stream is none of the server's business.
  const server = createServer(
    { noDelay: true, requestTimeout: 0, headersTimeout: 15_000, connectionsCheckingInterval: 5_000, keepAliveTimeout: 75_000 },
    (incoming, outgoing) => listener(incoming, outgoing),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new Exit(1, wordFailure(error, host, port))));
    server.listen(port, host, resolve);
  });
  return { port: portOf(server), drain: () => drain(server), cut: () => server.closeAllConnections() };
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function drain(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // A connection whose call has just ended would be kept alive; each sweep closes those that have become idle.
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
    server.close(() => {
      clearInterval(sweep);
      resolve();
    });
  });
}

function wordFailure({ code, message }: NodeJS.ErrnoException, host: string, port: number): string {
  if (code === 'EADDRINUSE') return `port ${port} on ${host} is in use; stop what uses it or choose another with --port`;
  if (code === 'EACCES') return `port ${port} on ${host} needs rights this user does not have; choose one above 1023 with --port`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `${host} is no address of this machine`;
  return `cannot listen on ${host}:${port}: ${message}`;
}
