import type { CallRecord } from '@stagegate/gateway-engine/record';
import type { AcceptedDifference } from '../compare/accepted-differences.ts';
import { readAnswer, type CallFacts } from '../compare/call-facts.ts';
import type { Redact } from '../compare/redact.ts';
import { toMismatch } from '../compare/show-differences.ts';
import { parseStreamEvents } from '../compare/stream-events.ts';
import { compareSides, withoutAccepted, type PlayedCall, type PlayedLane, type SidesCompared } from '../replay/compare-record.ts';
import type { ReplayCall } from '../replay/replay-call.ts';
import { describeMismatch } from '../verdict/cluster.ts';
import { surfaceOf, type Mismatch, type Surface } from '../verdict/comparison.ts';
import { renderTable } from '../table.ts';
import { counted } from './word-counts.ts';

/** A call's way through lanes, and where they part. */
export interface ExplainedCall {
  readonly call: ReplayCall;
  /** The migration rule it belongs to. */
  readonly rule: string;
  /** Those that served it. */
  readonly lanes: readonly PlayedLane[];
  /** Those that did not, and why: nothing of them is compared. */
  readonly declined: readonly { readonly lane: string; readonly why: string }[];
  /** Beyond what is accepted. */
  readonly compared: readonly SidesCompared[];
  /** Accepted differences that it needed. */
  readonly accepted: readonly string[];
  /** In the order of a call's way. */
  readonly places: readonly (Mismatch & { readonly step: string })[];
}

/** One step of a call's way: what each side did there. */
interface Step {
  readonly name: string;
  /** Differences of these surfaces belong to it. */
  readonly surfaces: readonly Surface[];
  readonly tell: (facts: CallFacts | undefined) => string;
}

const EFFECTS_CHARS_MAX = 60;
const PLACES_MAX = 10;

const STEPS: readonly Step[] = [
  { name: 'outbound request', surfaces: ['request'], tell: describeSent },
  { name: 'status', surfaces: ['status'], tell: (facts) => (facts === undefined ? 'no answer' : String(facts.status)) },
  { name: 'headers', surfaces: ['headers'], tell: (facts) => counted(Object.keys(facts?.headers ?? {}).length, 'header') },
  { name: 'answer', surfaces: ['answer', 'bug'], tell: describeAnswer },
  { name: 'side effects', surfaces: ['effects'], tell: describeEffects },
];

/** Compares what was played of a call. */
export function explainPlayed(
  call: ReplayCall,
  rule: string,
  { lanes: all, reference }: PlayedCall,
  entries: readonly AcceptedDifference[],
  redact: Redact,
): ExplainedCall {
  const lanes = all.filter(({ played }) => played.declined === undefined);
  const declined = all.flatMap(({ lane, played }) => (played.declined === undefined ? [] : [{ lane, why: played.declined }]));
  const { compared, used } = withoutAccepted(compareSides(call, { lanes, reference }), entries);
  const places = STEPS.flatMap(({ name: step, surfaces }) =>
    compared.flatMap(({ sides, differences }) =>
      differences
        .filter(({ path }) => surfaces.includes(surfaceOf(path)))
        .map((difference) => ({ step, ...toMismatch(difference, sides, redact) })),
    ),
  );
  const shown = reference === undefined ? lanes : [{ lane: 'reference', played: reference }, ...lanes];
  return { call, rule, lanes: shown, declined, compared, accepted: [...used], places };
}

/** For a terminal. */
export function toLines(explained: ExplainedCall, showContent: boolean): readonly string[] {
  const { declined, lanes, accepted } = explained;
  return [
    ...describeCall(explained),
    '',
    ...(lanes.length === 0 ? [] : [...describeSteps(explained), '']),
    ...declined.map(({ lane, why }) => `Declined by ${lane}: ${why}`),
    ...(accepted.length === 0 ? [] : [`Accepted: ${accepted.join(', ')}`]),
    ...(lanes.length === 0 ? [] : describePlaces(explained, showContent)),
  ];
}

/** For programs. */
export function toJson({ call: { record }, rule, lanes, declined, accepted, places }: ExplainedCall): unknown {
  const { id, startedMs, lane, route, deployment } = record;
  return {
    id,
    startedMs,
    recordedIn: lane,
    route,
    rule,
    deployment: deployment ?? null,
    lanes: lanes.map((one) => one.lane),
    declined,
    accepted,
    places,
  };
}

function describeCall({ call: { record, body }, rule }: ExplainedCall): readonly string[] {
  const { client, lane, startedMs, deployment, attempts } = record;
  const served = deployment === undefined ? 'none' : `${deployment.modelGroup} → ${deployment.provider}/${deployment.model}`;
  return [
    `record ${record.id}, ${new Date(startedMs).toISOString()}, recorded in lane ${lane}`,
    `  client      ${client.method} ${client.path}, ${counted(body.length, 'byte')}`,
    `  rule        ${rule}`,
    `  deployment  ${served}`,
    `  provider    ${attempts.length === 0 ? 'nothing was sent' : foldRepeats(attempts.map(describeAttempt))}`,
  ];
}

function describeAttempt({ answer, failure }: CallRecord['attempts'][number]): string {
  if (answer === undefined) return failure?.kind ?? 'no answer';
  const end = failure === undefined ? '' : `, then ${failure.kind}`;
  return `${answer.status} in ${counted(answer.pieces.length, 'piece')}${end}`;
}

/** A retry often says what was said before. */
function foldRepeats(texts: readonly string[]): string {
  const groups = Map.groupBy(texts, (text) => text);
  return [...groups].map(([text, { length }]) => (length === 1 ? text : `${length} × ${text}`)).join('; ');
}

/** A lane that is the same as the record says no more than that; of what no record has, the first lane tells for all. */
function describeSteps({ call, lanes, compared }: ExplainedCall): readonly string[] {
  const rows = STEPS.map(({ name, surfaces, tell }) => {
    const known = [tell(call.facts)];
    const cells = lanes.map(({ lane, played }) => {
      const [mark, told] = [marks(compared, lane, surfaces), tell(played.facts)];
      const isTold = mark === '=' && (surfaces.includes('headers') || known.includes(told));
      known.push(told);
      return isTold ? mark : `${mark} ${told}`;
    });
    return [name, known[0] ?? '', ...cells];
  });
  return renderTable(['step', 'record', ...lanes.map(({ lane }) => lane)], rows);
}

/** `=` the same as the record, `≠` not; `≠≠` not the same as the first lane, or as LiteLLM, either. */
function marks(compared: readonly SidesCompared[], lane: string, surfaces: readonly Surface[]): string {
  const differs = (sides: SidesCompared): boolean => sides.differences.some(({ path }) => surfaces.includes(surfaceOf(path)));
  const withRecord = compared.some((sides) => (sides.sides === lane || sides.sides === `${lane}/record`) && differs(sides));
  const withFirst = compared.some((sides) => sides.sides.endsWith(`/${lane}`) && differs(sides));
  if (withRecord && withFirst) return '≠≠';
  return withRecord || withFirst ? '≠' : '=';
}

/** The first place, then the others. */
function describePlaces({ places }: ExplainedCall, showContent: boolean): readonly string[] {
  const [first, ...others] = places;
  if (first === undefined) return ['They do not part.'];
  const shown = others.slice(0, PLACES_MAX - 1).map((place) => `  ${place.step}: ${describeMismatch(place)}`);
  return [
    `They part at: ${first.step}`,
    `  ${describeMismatch(first)}`,
    ...(shown.length === 0 ? [] : ['and then at', ...shown]),
    ...(places.length > PLACES_MAX ? [`  and at ${places.length - PLACES_MAX} more places (--json lists all)`] : []),
    ...(showContent ? [] : ['Texts are masked; --show-content shows them.']),
  ];
}

function describeSent(facts: CallFacts | undefined): string {
  const sent = facts?.sent;
  if (sent === undefined) return 'not seen';
  return sent.length === 0 ? 'nothing' : foldRepeats(sent.map(({ method, path, body }) => `${method} ${path} ${body.length} chars`));
}

function describeAnswer(facts: CallFacts | undefined): string {
  if (facts === undefined) return 'no answer';
  const answer = readAnswer(facts);
  return answer.kind === 'stream' ? counted(parseStreamEvents(answer.text).length, 'event') : `${answer.kind}, ${facts.body.length} chars`;
}

function describeEffects(facts: CallFacts | undefined): string {
  const text = JSON.stringify(facts?.effects ?? {});
  return text.length > EFFECTS_CHARS_MAX ? `${text.slice(0, EFFECTS_CHARS_MAX)}…` : text;
}
