import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Authenticate } from '../auth/index.ts';
import { declinedHeader } from '../errors/index.ts';
import { Deadlines, declaresTooLarge, refuseMalformed } from '../limits/index.ts';
import type { Declined, FromFront, Handler, Lane, LaneChoice, LaneId, NodeListener, Prescan } from '../ports/index.ts';
import type { RouteContract } from '../routes/index.ts';
import type { ActiveMigration } from './activate.ts';
import { HeaderCaller } from './bucket.ts';
import { chooseLane } from './choose-lane.ts';
import { hopAfter, readDeclined } from './declined.ts';
import { guardsOf, type BodyFacts } from './match-rule.ts';
import { readNodeBody, readWebBody, withBody, type BodyRead } from './read-body.ts';
import { readFacts, readResponseFacts, TOO_LARGE, type BodyReading, type CallView } from './read-facts.ts';
import { compileFindRoute, type FoundRoute } from './find-route.ts';

const SMALL_BYTES = 65_536;

/** What the front is made of. It knows lanes, not shells. */
export interface FrontOptions extends CallView {
  /** Every lane that a rule or the default names; `reference` exactly when there is a reference URL. */
  readonly lanes: Readonly<Partial<Record<LaneId, Lane>>>;
  /** The rules in force, read anew for each call. */
  readonly gates: { readonly active: ActiveMigration };
  readonly routes: readonly RouteContract[];
  /** All of our lanes accept the same keys. */
  readonly authenticate: Authenticate;
  /** The front reads no more of a body than this to choose a lane. */
  readonly bodyBytesMax: number;
  /** `general_settings.litellm_key_header_name`, lower case: the only header a key is then read from. */
  readonly keyHeaderName: string | undefined;
  /** Called with every call's lane. */
  readonly onChosen?: ((choice: LaneChoice) => void) | undefined;
  /** Called with every declined call, whether or not another lane took it. */
  readonly onDeclined?: (event: DeclinedCall) => void;
}

/** A call that a lane declined before anything was sent upstream. */
export interface DeclinedCall {
  readonly rule: string;
  readonly lane: LaneId;
  readonly declined: Declined;
  /** The lane that served it instead; undefined when the client got the 400. */
  readonly servedBy: LaneId | undefined;
}

/** The front as both kinds of server: for tests and for sockets. */
export interface Front {
  readonly handler: Handler;
  readonly listener: NodeListener;
}

/**
 * Makes the front. It picks the lane of each call by the migration rules, hands the call over with what it has read of it, and gives a
 * declined call one more lane. Every answer says which lane served it, and by which rule.
 *
 * errors: throws at once when a rule names a lane that does not exist.
 */
export function createFront(options: FrontOptions): Front {
  checkLanes(options);
  const findRoute = compileFindRoute(options.routes);
  const front = { ...options, choose: chooserOf(options), deadlines: new Deadlines() };
  return {
    listener: (incoming, outgoing) => {
      if (refuseMalformed(incoming, outgoing)) return;
      const route = findRoute(incoming.method ?? 'GET', pathOf(incoming.url ?? '/'));
      const caller = new HeaderCaller((name) => headerOf(incoming, name), options.keyHeaderName, incoming.socket.remoteAddress);
      const met = meet(front, caller);
      const call = { incoming, outgoing, route, caller };
      if (met === undefined) serveNode(front, call);
      else void met.then(() => serveNode(front, call));
    },
    handler: (request) => serveWeb(front, findRoute(request.method, new URL(request.url).pathname), request),
  };
}

type Choose = (route: FoundRoute | undefined, path: string, body: BodyFacts, caller: HeaderCaller) => LaneChoice | 'unread';
type FrontParts = FrontOptions & { readonly choose: Choose; readonly deadlines: Deadlines };

function chooserOf(options: FrontOptions): Choose {
  const { gates } = options;
  const guards = guardsOf(options);
  return (route, path, body, caller) => {
    // A response that the gateway did not issue can only be the reference's.
    const routeKnown = route !== undefined && (route.responseId === undefined || body.kind === 'read');
    return chooseLane(gates.active, { paths: route?.paths ?? [path], routeKnown, guards, body, caller });
  };
}

/** Where a canary keeps teams together, the caller's team has to be known first: a promise when the database is asked. */
function meet({ gates, authenticate }: FrontParts, caller: HeaderCaller): Promise<void> | undefined {
  if (!gates.active.asksTeam) return undefined;
  const learn = (met: Awaited<ReturnType<Authenticate>>): void => caller.learnTeam(met.ok ? met.value.teamId : undefined);
  const met = authenticate(caller.header, caller.peer);
  if (met instanceof Promise) return met.then(learn);
  learn(met);
  return undefined;
}

/** A call on a socket. */
interface NodeCall {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  /** Undefined for a path without a route. */
  readonly route: FoundRoute | undefined;
  readonly caller: HeaderCaller;
}

/** Chooses a lane by the head of a call where that suffices, else by its body. */
function serveNode(front: FrontParts, call: NodeCall): void {
  const { incoming, route, caller } = call;
  const path = pathOf(incoming.url ?? '/');
  const contentLength = incoming.headers['content-length'];
  const choice = front.choose(route, path, beforeReading(front, route, contentLength), caller);
  if (choice !== 'unread') return runNode(front, call, choice, undefined);
  if (isSmall(contentLength)) return readNode(front, call);
  void strangerChoice(front, contentLength, caller).then((stranger) => {
    if (stranger === undefined) readNode(front, call);
    else runNode(front, call, stranger, undefined);
  });
}

/** Reads the body, and chooses a lane by it. */
function readNode(front: FrontParts, call: NodeCall): void {
  const { incoming, outgoing, route, caller } = call;
  const path = pathOf(incoming.url ?? '/');
  readNodeBody(incoming, front.bodyBytesMax, front.deadlines, (read) => {
    if (read === undefined) return void outgoing.destroy();
    const run = ({ facts, scan }: BodyReading): void =>
      runNode(front, call, decided(front, route, path, facts, caller), { bytes: read.bytes, body: scan });
    const reading = readFacts(read, incoming.headers['content-type'], route?.pathModel, front);
    if (reading instanceof Promise) reading.then(run).catch((error: Error) => outgoing.destroy(error));
    else run(reading);
  });
}

/** Bodies this small are read for anybody: checking the key would cost more than holding them. */
function isSmall(contentLength: string | undefined): boolean {
  return contentLength !== undefined && Number(contentLength) <= SMALL_BYTES;
}

/**
 * Without a valid key nobody can make the front hold a large body: the default lane refuses such calls unread. Where there is a reference,
 * only that knows the keys.
 */
async function strangerChoice(
  { gates: { active }, authenticate }: FrontParts,
  contentLength: string | undefined,
  { header, peer }: HeaderCaller,
): Promise<LaneChoice | undefined> {
  if (isSmall(contentLength) || active.migration.referenceUrl !== undefined || (await authenticate(header, peer)).ok) return undefined;
  return { ...active.byDefault, why: 'no valid key' };
}

function headerOf(incoming: IncomingMessage, name: string): string | undefined {
  const value = incoming.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

/** Hands the call to the chosen lane, and to one more if that declines it. */
function runNode(front: FrontParts, { incoming, outgoing }: NodeCall, choice: LaneChoice, prescan: Prescan | undefined): void {
  front.onChosen?.(choice);
  const call: FromFront = {
    rule: choice.rule,
    prescan,
    handOver: (declined, bytes) => {
      const next = hopAfter(declined, choice, front.gates.active.migration);
      front.onDeclined?.({ rule: choice.rule, lane: choice.lane, declined, servedBy: next });
      if (next === undefined) return false;
      outgoing.setHeader('x-stagegate-declined', declinedHeader(declined));
      const known = prescan ?? (bytes === undefined ? undefined : { bytes, body: undefined });
      laneOf(front, next).listener(incoming, outgoing, { rule: choice.rule, prescan: known, handOver: () => false });
      return true;
    },
  };
  laneOf(front, choice.lane).listener(incoming, outgoing, call);
}

/** A choice whose lane relays the body without reading it; undefined for any other. */
function choiceOfRelay(choice: LaneChoice): LaneChoice | undefined {
  return choice.lane === 'reference' ? choice : undefined;
}

async function serveWeb(front: FrontParts, route: FoundRoute | undefined, request: Request): Promise<Response> {
  const path = new URL(request.url).pathname;
  const caller = new HeaderCaller((name) => request.headers.get(name) ?? undefined, front.keyHeaderName);
  const { header } = caller;
  await meet(front, caller);
  const contentLength = header('content-length');
  const early = front.choose(route, path, beforeReading(front, route, contentLength), caller);
  const unread = early === 'unread' ? await strangerChoice(front, contentLength, caller) : choiceOfRelay(early);
  if (unread !== undefined) {
    front.onChosen?.(unread);
    return label(await laneOf(front, unread.lane).handler(request), unread, unread.lane);
  }
  const read = await readWebBody(request, front.bodyBytesMax);
  if (read === undefined) throw new TypeError('the request body broke off');
  const choice = early === 'unread' ? await chooseByWebBody(front, route, path, caller, read) : early;
  front.onChosen?.(choice);
  const answer = await laneOf(front, choice.lane).handler(withBody(request, read));
  const declined = readDeclined(answer);
  if (declined === undefined) return label(answer, choice, choice.lane);
  const next = hopAfter(declined, choice, front.gates.active.migration);
  front.onDeclined?.({ rule: choice.rule, lane: choice.lane, declined, servedBy: next });
  if (next === undefined) return label(answer, choice, choice.lane);
  const second = label(await laneOf(front, next).handler(withBody(request, read)), choice, next);
  second.headers.set('x-stagegate-declined', declinedHeader(declined));
  return second;
}

async function chooseByWebBody(
  front: FrontParts,
  route: FoundRoute | undefined,
  path: string,
  caller: HeaderCaller,
  read: BodyRead,
): Promise<LaneChoice> {
  const { facts } = await readFacts(read, caller.header('content-type'), route?.pathModel, front);
  return decided(front, route, path, facts, caller);
}

/** The choice once the body was read: it is never `unread` any more. */
function decided(front: FrontParts, route: FoundRoute | undefined, path: string, facts: BodyFacts, caller: HeaderCaller): LaneChoice {
  const choice = front.choose(route, path, facts, caller);
  if (choice === 'unread') throw new Error('a lane was asked for with the body read, and not found');
  return choice;
}

function beforeReading(front: FrontParts, route: FoundRoute | undefined, contentLength: string | undefined): BodyFacts {
  if (route?.responseId !== undefined) return readResponseFacts(route.responseId, front) ?? { kind: 'none' };
  if (route?.hasBody === false) return { kind: 'none' };
  return declaresTooLarge(contentLength, front.bodyBytesMax) ? TOO_LARGE : { kind: 'unread' };
}

function label(answer: Response, choice: LaneChoice, lane: LaneId): Response {
  const labelled = new Response(answer.body, answer);
  labelled.headers.set('x-stagegate-lane', lane);
  labelled.headers.set('x-stagegate-rule', choice.rule);
  return labelled;
}

function laneOf(front: FrontOptions, id: LaneId): Lane {
  const lane = front.lanes[id];
  if (lane === undefined) throw new Error(`lane ${id} is not wired`);
  return lane;
}

function checkLanes(options: FrontOptions): void {
  const { migration } = options.gates.active;
  const named = migration.rules.flatMap((rule) => (rule.candidate === undefined ? [rule.lane] : [rule.lane, rule.candidate.lane]));
  for (const id of [migration.defaultLane, ...named, ...(migration.referenceUrl === undefined ? [] : ['reference' as const])]) {
    laneOf(options, id);
  }
}

function pathOf(target: string): string {
  const query = target.indexOf('?');
  return query === -1 ? target : target.slice(0, query);
}
