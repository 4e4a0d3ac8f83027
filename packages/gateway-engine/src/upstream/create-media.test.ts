import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fail, findProvider, NO_SETTINGS, toRawObject, type CallTransform, type Plan } from '@stagegate/core-transforms';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';

import { silentLog, type Media, type MediaFailure, type MediaSettings } from '../ports/index.ts';
import { createMedia } from './create-media.ts';

const PNG = Buffer.from('\x89PNG\r\n\x1a\nand so on', 'latin1');
const MEGABYTE = 1_048_576;

/** Paths that were asked for, and with which headers. */
const asked: string[] = [];
const sent: string[] = [];
const server = createServer((incoming, outgoing) => {
  asked.push(incoming.url ?? '');
  sent.push(...Object.keys(incoming.headers));
  const answer = ANSWERS[incoming.url ?? ''] ?? { status: 404 };
  if (answer.announces !== undefined) outgoing.writeHead(200, { 'content-length': answer.announces }).flushHeaders();
  else if (answer.breaks === true) incoming.socket.destroy();
  else outgoing.writeHead(answer.status ?? 200, answer.headers).end(answer.body ?? '');
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;
const here = `http://127.0.0.1:${port}`;

interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: Buffer | string;
  readonly breaks?: boolean;
  /** Bytes that never come. */
  readonly announces?: number;
}

const ANSWERS: Readonly<Record<string, Answer>> = {
  '/said': { headers: { 'content-type': 'image/webp' }, body: PNG },
  '/unsaid': { body: PNG },
  '/generic.jpg?size=1': { headers: { 'content-type': 'application/octet-stream' }, body: PNG },
  '/nothing': { body: 'nothing' },
  '/broken': { breaks: true },
  '/large': { headers: { 'content-type': 'image/png' }, body: Buffer.alloc(MEGABYTE + 1) },
  '/announced': { announces: 10 * MEGABYTE },
  '/half': { headers: { 'content-type': 'image/png', 'transfer-encoding': 'chunked' }, body: Buffer.alloc(0.6 * MEGABYTE) },
  '/other-half': { headers: { 'content-type': 'image/png', 'transfer-encoding': 'chunked' }, body: Buffer.alloc(0.6 * MEGABYTE) },
  '/moved': { status: 302, headers: { location: '/said' } },
  '/moved/inside': { status: 307, headers: { location: `http://localhost:${port}/said` } },
  '/moved/nowhere': { status: 301 },
  '/moved/round': { status: 302, headers: { location: '/moved/round' } },
};

afterAll(() => new Promise<void>((resolve) => void server.close(() => resolve())));
beforeEach(() => {
  asked.length = 0;
  sent.length = 0;
});

/** Needs all that stands at an address. */
const TRANSFORM: Pick<CallTransform, 'request'> = {
  request: ({ body }) =>
    fail({ kind: 'declined', path: '', reason: '', media: [...body.text.matchAll(/"(\w+:\/\/[^"]*)"/gu)].map(([, url = '']) => url) }),
};

const PROVIDER = findProvider('openai');
if (PROVIDER === undefined) throw new Error('no such provider');
const PLAN: Plan = {
  dialect: 'openai-chat',
  provider: PROVIDER,
  model: 'm',
  modelGroup: 'm',
  answerModel: 'm',
  stream: false,
  apiBase: undefined,
  settings: NO_SETTINGS,
  facts: undefined,
};

function createDoor(more: Partial<MediaSettings> = {}): Media {
  return createMedia({ settings: { anyAddress: false, allowedHosts: [`127.0.0.1:${port}`], bytesMax: MEGABYTE, ...more }, log: silentLog });
}

async function fetched(urls: readonly string[], more?: Partial<MediaSettings>): Promise<readonly string[] | MediaFailure> {
  return fetchedBy(createDoor(more), urls, 0);
}

async function fetchedBy(door: Media, urls: readonly string[], nowSeconds: number): Promise<readonly string[] | MediaFailure> {
  const content = urls.map((url) => ({ type: 'image_url', image_url: url }));
  const call = { body: toRawObject({ messages: [{ role: 'user', content }] }), headers: { authorization: 'Bearer sk-of-a-caller' } };
  const whole = await door.complete(TRANSFORM, call, PLAN, { nowSeconds, callId: '' });
  if ('message' in whole) return whole;
  return [...whole.body.text.matchAll(/"image_url":"([^"]*)"/gu)].map(([, url = '']) => url);
}

test.each([
  ['/said', 'image/webp'],
  ['/unsaid', 'image/png'],
  ['/generic.jpg?size=1', 'image/jpeg'],
  ['/moved', 'image/webp'],
])('%s is %s', async (path, type) => {
  expect(await fetched([here + path])).toStrictEqual([`data:${type};base64,${PNG.toString('base64')}`]);
  expect(sent).not.toContain('authorization');
});

test('all of a call are fetched, each once', async () => {
  expect(await fetched([`${here}/said`, `${here}/unsaid`, `${here}/said`])).toHaveLength(3);
  expect(asked.toSorted()).toStrictEqual(['/said', '/unsaid']);
});

test('a conversation does not fetch its pictures with every turn; what failed is asked for anew', async () => {
  const door = createDoor();
  const first = await fetchedBy(door, [`${here}/said`], 0);
  expect(await fetchedBy(door, [`${here}/said`, `${here}/unsaid`], 599)).toContain(Array.isArray(first) ? first[0] : undefined);
  expect(asked).toStrictEqual(['/said', '/unsaid']);
  await fetchedBy(door, [`${here}/said`], 600);
  expect(asked).toStrictEqual(['/said', '/unsaid', '/said']);
  await fetchedBy(door, [`${here}/gone`], 600);
  await fetchedBy(door, [`${here}/gone`], 600);
  expect(asked.slice(3)).toStrictEqual(['/gone', '/gone']);
});

const REFUSED =
  'Error: Unable to fetch image from URL. The proxy could not resolve this host or its URL policy rejected it; an admin can check the proxy ' +
  'log and `user_url_allowed_hosts` in litellm_settings. url=';

describe('F-60: where callers may not lead us', () => {
  const NOT_ALLOWED = { allowedHosts: [] };
  test.each([
    here,
    `http://localhost:${port}`,
    `http://LOCALHOST.:${port}`,
    `http://127.1:${port}`,
    `http://2130706433:${port}`,
    `http://0x7f000001:${port}`,
    `http://0177.0.0.1:${port}`,
    `http://0:${port}`,
    `http://[::1]:${port}`,
    `http://[::ffff:127.0.0.1]:${port}`,
    `http://user:pass@127.0.0.1:${port}`,
    `http://１２７.0.0.1:${port}`,
    'http://169.254.169.254/latest/meta-data',
    'http://[fd00:ec2::254]/',
    'http://no-such-host.invalid/a.png',
    'file:///etc/passwd',
    'ftp://127.0.0.1/a.png',
    'http://',
  ])('%s', async (origin) => {
    const url = `${origin}/said`;
    expect(await fetched([url], NOT_ALLOWED)).toStrictEqual({ message: REFUSED + url });
    expect(asked).toStrictEqual([]);
  });

  test('nor by way of a host that is allowed', async () => {
    expect(await fetched([`${here}/moved/inside`])).toStrictEqual({ message: `${REFUSED}${here}/moved/inside` });
    expect(asked).toStrictEqual(['/moved/inside']);
  });

  test('an allowed host is one port’s, or any port’s', async () => {
    expect(await fetched([`${here}/said`], { allowedHosts: ['127.0.0.1:1'] })).toHaveProperty('message');
    expect(await fetched([`http://localhost:${port}/said`], { allowedHosts: ['LocalHost'] })).toHaveLength(1);
    expect(await fetched([`http://localhost:${port}/said`], { allowedHosts: [], anyAddress: true })).toHaveLength(1);
  });
});

describe('what cannot be had', () => {
  test.each<[string, string, Partial<MediaSettings>]>([
    ['/gone', `Error: Unable to fetch image from URL. Status code: 404, url=${here}/gone`, {}],
    ['/broken', `Error: Unable to fetch image from URL after 3 attempts. url=${here}/broken`, {}],
    ['/large', `Error: Image size (1.00MB) exceeds maximum allowed size (1.0MB). url=${here}/large`, {}],
    ['/announced', `Error: Image size (10.00MB) exceeds maximum allowed size (1.0MB). url=${here}/announced`, {}],
    ['/said', `Error: Image URL download is disabled (MAX_IMAGE_URL_DOWNLOAD_SIZE_MB=0). url=${here}/said`, { bytesMax: 0 }],
    ['/moved/nowhere', `${REFUSED}${here}/moved/nowhere`, {}],
    ['/moved/round', `${REFUSED}${here}/moved/round`, {}],
    [
      '/nothing',
      `Error: Unable to determine image content type from the server's headers, the URL, or the image bytes. url=${here}/nothing`,
      {},
    ],
  ])('%s', async (path, message, settings) => {
    expect(await fetched([here + path], settings)).toStrictEqual({ message });
  });

  test('media of a call are bounded together', async () => {
    expect(await fetched([`${here}/half`])).toHaveLength(1);
    expect(await fetched([`${here}/half`, `${here}/other-half`])).toMatchObject({ message: expect.stringContaining('exceeds maximum') });
  });

  test('more addresses than anybody needs are not followed', async () => {
    const many = Array.from({ length: 101 }, (_, index) => `${here}/said?${index}`);
    expect(await fetched(many)).toStrictEqual({ message: 'Error: More than 100 addresses of media in one request.' });
    expect(asked).toStrictEqual([]);
  });
});
