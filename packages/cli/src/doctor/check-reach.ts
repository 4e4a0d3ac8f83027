import { connect } from 'node:net';
import type { Check } from './check.ts';

const CONNECT_MS = 3_000;
const HTTPS_PORT = 443;
const HTTP_PORT = 80;

/** Whether each host accepts a connection. Nothing is sent, and no key leaves. */
export async function checkReach(urls: readonly string[]): Promise<readonly Check[]> {
  const places = [...new Set(urls.flatMap(placeOf))];
  return Promise.all(places.map(checkPlace));
}

function placeOf(url: string): string[] {
  // A host with a part that is filled in per call cannot be checked.
  if (!URL.canParse(url) || url.includes('{')) return [];
  const { protocol, hostname, port } = new URL(url);
  const usualPort = protocol === 'https:' ? HTTPS_PORT : HTTP_PORT;
  return [`${hostname}:${port === '' ? usualPort : port}`];
}

function checkPlace(place: string): Promise<Check> {
  const split = place.lastIndexOf(':');
  const socket = connect({ host: place.slice(0, split).replaceAll(/[[\]]/gu, ''), port: Number(place.slice(split + 1)) });
  return new Promise((resolve) => {
    const end = (state: Check['state'], says: string): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ name: 'host', state, says: `${place} ${says}` });
    };
    const timer = setTimeout(() => end('warning', `gives no answer within ${CONNECT_MS / 1000} s`), CONNECT_MS);
    socket.once('connect', () => end('ok', 'is reached'));
    socket.once('error', (error: NodeJS.ErrnoException) => end('warning', `is not reached: ${error.code ?? error.message}`));
  });
}
