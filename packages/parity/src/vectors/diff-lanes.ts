import type { JsonValue } from '@stagegate/core-transforms';
import { compareHeaders } from '../compare/compare-headers.ts';
import { diffJson, type Difference } from '../compare/difference.ts';
import { OWN_CLASSES } from '../compare/field-classes.ts';
import type { Observed } from './observed.ts';
import type { LaneJudgement } from './outcome.ts';

/** An id that is generated for each call. */
const MINTED = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gu;

/**
 * Compares lanes with each other. A case in which they differ fails, whatever the recording says.
 *
 * in:  what each lane did with one case; ids and clock are the same in all.
 * out: one judgement for each lane that differs from the first.
 */
export function diffLanes(seen: readonly { readonly lane: string; readonly observed: Observed }[]): readonly LaneJudgement[] {
  const [first, ...others] = seen;
  if (first === undefined) return [];
  return others.flatMap(({ lane, observed }) => {
    const differences = [
      ...diffJson(comparable(first.observed), comparable(observed), 'lanes', { jsonInStrings: true }),
      ...diffHeaders(first.observed.headers, observed.headers),
    ];
    return differences.length === 0 ? [] : [{ lane: `${first.lane}/${lane}`, differences, exact: false }];
  });
}

function diffHeaders(expected: Observed['headers'], got: Observed['headers']): readonly Difference[] {
  if (expected === undefined || got === undefined) return [];
  return compareHeaders(expected, got, OWN_CLASSES, false).map((difference) => ({ ...difference, path: `lanes.${difference.path}` }));
}

function comparable({ answer, requests, thrown }: Observed): JsonValue {
  const record = {
    answer: answer ?? null,
    requests: requests.map(({ method, path, headers, body }) => ({ method, path, headers: compared(headers), body })),
    thrown: thrown !== undefined,
  };
  return JSON.parse(JSON.stringify(record).replaceAll(MINTED, '<minted>')) as JsonValue;
}

/** The headers without those that HTTP clients add. */
function compared(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => !/^(?:accept|accept-encoding|accept-language|user-agent|content-length|connection|host|sec-fetch-mode)$/u.test(name),
    ),
  );
}
