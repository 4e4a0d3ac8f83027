import { answerPreflight, compileModelNames, corsHeaders, createAuthenticate } from '../auth/index.ts';
import { createCallQueue, createMemoryCounters, createMemoryRates } from '../counters/index.ts';
import { compileActivity, compileKeyLimits, compileShares, everybodysRates } from '../limits/index.ts';
import type { CallAnswer, CorsRules, RawCall } from '../ports/index.ts';
import { answerUnrouted, compilePathModel, compileRoutes, ROUTES, type LocalRoute, type RouteContract } from '../routes/index.ts';
import { compileFindResponse, compileModels, createResponseSeals, createRouter } from '../routing/index.ts';
import type { EngineOptions, EngineParts } from './engine-parts.ts';
import { runCall } from './run-call.ts';
import { letIn, plainError, runManaged } from './run-managed.ts';

/** The engine as a shell sees it: a list of routes, and one function that answers a call on one of them. */
export interface Engine {
  readonly routes: readonly RouteContract[];
  /** Answers every call, also one that fails: it rejects for nothing. */
  readonly run: (route: RouteContract, raw: RawCall) => Promise<CallAnswer>;
  /** Answers what is on no route: a browser's question before its call, a wrong method, a slash too many, an unknown path. */
  readonly unrouted: (raw: UnroutedCall) => CallAnswer;
  /** Closes what the engine holds open. Calls that still run are cut. */
  readonly close: () => Promise<void>;
}

/** As much of a call as is asked about one that leads nowhere. */
export type UnroutedCall = Pick<RawCall, 'method' | 'path' | 'query' | 'header' | 'lane' | 'rule'>;

const CORS_FOR_ALL: CorsRules = { origins: ['*'], credentials: false };

/** Compiles a configuration into an engine. */
export function createEngine(options: EngineOptions): Engine {
  const routes: readonly RouteContract[] = [...ROUTES, ...(options.management?.routes ?? [])];
  const readers = new Map(ROUTES.map((route) => [route, compilePathModel(route.paths)]));
  const { config } = options;
  const findDeployments = compileModels(config);
  const responseSeals = createResponseSeals(config.saltKey ?? config.masterKey);
  const parts: EngineParts = {
    ...options,
    authenticate: createAuthenticate(config, options.keys, options.clock, options.tokens),
    findDeployments,
    keyLimits: compileKeyLimits(config, findDeployments),
    findActivity: compileActivity(config, findDeployments),
    findShares: compileShares(config, findDeployments),
    modelNames: compileModelNames(config, findDeployments),
    responseSeals,
    findResponse: compileFindResponse(config, responseSeals),
    router: createRouter(config, options.counters ?? createMemoryCounters(), () => options.ids.random()),
    rates: options.rates ?? createMemoryRates(),
    globalRates: everybodysRates(config.parallelMax),
    queue: options.queue ?? createCallQueue(() => options.clock.monotonicMs()),
    plans: { whole: {}, streamed: {} },
    readPathModel: (route) => readers.get(route) ?? compilePathModel(route.paths),
  };
  const cors = config.cors ?? CORS_FOR_ALL;
  const withCors = (answer: CallAnswer, raw: UnroutedCall): CallAnswer => {
    const more = corsHeaders(cors, raw.header('origin'));
    return more === undefined ? answer : { ...answer, headers: { ...answer.headers, ...more } };
  };
  const match = compileRoutes(routes);
  return {
    routes,
    run: async (route, raw) => {
      try {
        if (route.kind === 'call') return withCors(await runCall(parts, route, raw), raw);
        const answer = route.kind === 'managed' ? await runManaged(parts, route, raw) : await runLocal(parts, route, raw);
        return withCors(named(answer, raw), raw);
      } catch (bug) {
        return withCors(named(answerBug(parts, route, raw, bug), raw), raw);
      }
    },
    unrouted: (raw) =>
      answerPreflight(cors, raw.method, (name) => raw.header(name)) ??
      withCors(named(answerUnrouted(match, raw.method, raw.path, raw.query), raw), raw),
    close: () => options.upstream.close(),
  };
}

/** What served an answer that no call to a provider made. */
function named(answer: CallAnswer, { lane, rule }: UnroutedCall): CallAnswer {
  const names = { ...(lane !== undefined && { 'x-stagegate-lane': lane }), ...(rule !== undefined && { 'x-stagegate-rule': rule }) };
  return { ...answer, headers: { ...answer.headers, ...names } };
}

/** A caller that broke off while it was heard is no bug of ours; nobody will read this answer. */
function answerBug(parts: EngineParts, route: RouteContract, raw: RawCall, bug: unknown): CallAnswer {
  if (raw.signal.aborted) return plainError(route, { kind: 'body-cut' });
  parts.log.error('bug', { route: route.id, message: bug instanceof Error ? (bug.stack ?? bug.message) : String(bug) });
  return plainError(route, { kind: 'internal' });
}

async function runLocal(parts: EngineParts, route: LocalRoute, raw: RawCall): Promise<CallAnswer> {
  const header = (name: string): string | undefined => raw.header(name);
  const caller = await letIn(parts, route, raw);
  if (!caller.ok) return plainError(route, caller.error);
  const pathModel = compilePathModel(route.paths)(raw.path);
  const { config, findDeployments, modelNames } = parts;
  const database = parts.store?.state();
  const closing = parts.isClosing?.() === true;
  const query = new URLSearchParams(raw.query);
  return route.answer({ config, findDeployments, modelNames, caller: caller.value, pathModel, closing, database, header, query });
}
