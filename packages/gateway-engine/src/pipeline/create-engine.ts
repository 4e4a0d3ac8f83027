import { createKeyCheck } from '../auth/index.ts';
import { renderErrorBody, toAnswerError, type EngineError } from '../errors/index.ts';
import type { CallAnswer, RawCall } from '../ports/index.ts';
import { compilePathModel, ROUTES, type LocalRoute, type RouteContract } from '../routes/index.ts';
import { compileModels } from '../routing/index.ts';
import type { EngineOptions, EngineParts } from './engine-parts.ts';
import { runCall } from './run-call.ts';

/** The engine as a shell sees it: a list of routes, and one function that answers a call on one of them. */
export interface Engine {
  readonly routes: readonly RouteContract[];
  /** Answers every call, also one that fails: it rejects for nothing. */
  readonly run: (route: RouteContract, raw: RawCall) => Promise<CallAnswer>;
  /** Takes no more calls; the health routes say so at once. */
  readonly drain: () => void;
  /** Closes what the engine holds open. Calls that still run are cut. */
  readonly close: () => Promise<void>;
}

/** Compiles a configuration into an engine. */
export function createEngine(options: EngineOptions): Engine {
  const readers = new Map(ROUTES.map((route) => [route, compilePathModel(route.paths)]));
  const parts: EngineParts = {
    ...options,
    checkKey: createKeyCheck(options.config.masterKey, options.config.keyHeaderName),
    findDeployments: compileModels(options.config),
    readPathModel: (route) => readers.get(route) ?? compilePathModel(route.paths),
  };
  let closing = false;
  return {
    routes: ROUTES,
    run: async (route, raw) => {
      try {
        return route.kind === 'call' ? await runCall(parts, route, raw) : runLocal(parts, route, raw, closing);
      } catch (bug) {
        parts.log.error('bug', { route: route.id, message: bug instanceof Error ? (bug.stack ?? bug.message) : String(bug) });
        return plainError(route, { kind: 'internal' });
      }
    },
    drain: () => {
      closing = true;
    },
    close: () => {
      closing = true;
      return options.upstream.close();
    },
  };
}

function runLocal(parts: EngineParts, route: LocalRoute, raw: RawCall, closing: boolean): CallAnswer {
  const refused = route.open ? undefined : parts.checkKey((name) => raw.header(name));
  if (refused !== undefined) return plainError(route, refused);
  const pathModel = compilePathModel(route.paths)(raw.path);
  return route.answer({ config: parts.config, findDeployments: parts.findDeployments, pathModel, closing });
}

function plainError(route: RouteContract, error: EngineError): CallAnswer {
  const shown = toAnswerError(error);
  return { status: shown.status, headers: { 'content-type': 'application/json' }, body: renderErrorBody(route.envelope, shown) };
}
