import { loadDeployments, loadVectors, type LoadedVector, type Vector } from '@stagegate/testbed';
import { expect, test } from 'vitest';
import type { CutText, PreparedCase } from '../src/vectors/core-lane.ts';
import { createConfigOf } from '../src/vectors/lane-config.ts';
import { createPreparer } from '../src/vectors/players.ts';
import { skipReason } from '../src/vectors/scope.ts';

const FULL = process.env['STAGEGATE_FULL'] === '1';

const STREAMS = loadVectors().filter(
  ({ path, vector }) => vector.provider_stream !== undefined && skipReason(path.split('/')[0] ?? '', vector.provider) === undefined,
);

const prepare = createPreparer(createConfigOf(STREAMS, loadDeployments()));

/** What core makes of a stream that comes in these pieces. */
const playCut = (play: PreparedCase, cut: CutText): string => JSON.stringify(play(cut));

const whole: CutText = (text) => [text];

test('every recorded stream gives the same in pieces of one character', () => {
  const differing: string[] = [];
  for (const loaded of STREAMS) {
    const play = prepare(loaded);
    if (playCut(play, (text) => [...text]) !== playCut(play, whole)) differing.push(loaded.path);
  }
  expect(differing).toEqual([]);
});

/** A stream as text, a binary one as the Latin-1 text that core's lane cuts. */
const textOf = ({ provider_stream: stream }: Vector): string =>
  stream?.text ?? (stream?.messages ?? []).map(({ frame }) => Buffer.from(frame, 'base64').toString('latin1')).join('');

/** What is in the frames of a binary stream: names of events, and what those hold that carry a model's own. */
const insideOf = ({ provider_stream: stream }: Vector): string =>
  (stream?.messages ?? [])
    .map(({ frame }) => {
      const text = Buffer.from(frame, 'base64').toString('latin1');
      const [, bytes = ''] = /"bytes":"([^"]*)"/u.exec(text) ?? [];
      const names = [...text.matchAll(/"(\w+)":\{/gu)].map(([, name]) => `"type":"${name}"`);
      return names.join('') + Buffer.from(bytes, 'base64').toString();
    })
    .join('');

/** What a stream is made of: the crossing, and the kinds of events in it. */
const featuresOf = ({ path, vector }: LoadedVector): string => {
  const text = vector.provider_stream?.text ?? insideOf(vector);
  const kinds = [
    ...text.matchAll(
      /"(?:type|finish_reason|stop_reason)":\s*"(\w+)"|"(tool_calls|reasoning_content|reasoning|refusal|logprobs|citations|annotations|audio|error)":\s*["[{]/gu,
    ),
  ];
  return [
    path.split('/')[0],
    vector.provider_request?.path.split('/').at(-1),
    vector.provider_stream?.end,
    ...new Set(kinds.map(([, type, member]) => type ?? member).toSorted()),
  ].join(' ');
};

const SAMPLES = FULL ? STREAMS : [...Map.groupBy(STREAMS, featuresOf).values()].flatMap(([first]) => (first === undefined ? [] : [first]));

test(`${SAMPLES.length} streams give the same wherever they are cut in two`, { timeout: FULL ? 1_800_000 : 900_000 }, () => {
  const differing: string[] = [];
  for (const loaded of SAMPLES) {
    const play = prepare(loaded);
    const expected = playCut(play, whole);
    const { length } = textOf(loaded.vector);
    // Frames are long: not every byte of them is cut at, unless everything is.
    const stride = FULL || loaded.vector.provider_stream?.text !== undefined ? 1 : 13;
    for (let at = 1; at < length; at += stride) {
      if (playCut(play, (text) => [text.slice(0, at), text.slice(at)]) !== expected) {
        differing.push(`${loaded.path} at ${at}`);
        break;
      }
    }
  }
  expect(differing).toEqual([]);
});
