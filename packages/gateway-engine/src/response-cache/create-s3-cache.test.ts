import { expect, test } from 'vitest';
import { createS3Cache } from './create-s3-cache.ts';

/** Where a bucket is asked. What it keeps, over sockets: cli/test/cache-s3.test.ts. */

const SETTINGS = { bucket: 'answers', region: 'eu-west-1', endpoint: undefined, prefix: 'cache/', credentials: {} };

test.each([
  ['AWS, by the name of a host', {}, 'https://answers.s3.eu-west-1.amazonaws.com/cache/a/key'],
  ['a bucket with dots, in the path', { bucket: 'an.swers' }, 'https://s3.eu-west-1.amazonaws.com/an.swers/cache/a/key'],
  ['AWS without TLS', { plain: true as const }, 'http://answers.s3.eu-west-1.amazonaws.com/cache/a/key'],
  [
    'a server of its own, as its address says',
    { endpoint: 'https://s3.example.com', plain: true as const },
    'https://s3.example.com/answers/cache/a/key',
  ],
])('%s', async (_name, more, url) => {
  const asked: string[] = [];
  const fetch = (address: string | URL | Request): Promise<Response> => {
    asked.push(String(address));
    return Promise.resolve(new Response('', { status: 404 }));
  };
  const clock = { nowMs: () => 0, monotonicMs: () => 0 };
  const cache = createS3Cache({ ...SETTINGS, ...more }, undefined, { fetch, sign: () => Promise.resolve({}), clock });
  expect(await cache.read('a:key')).toBeUndefined();
  expect(asked).toStrictEqual([url]);
});
