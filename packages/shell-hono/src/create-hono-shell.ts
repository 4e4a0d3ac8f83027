import type { IncomingMessage } from 'node:http';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { Hono, type Context } from 'hono';
import type { Engine } from '@stagegate/gateway-engine/pipeline';
import { Deadlines, refuseMalformed } from '@stagegate/gateway-engine/limits';
import type { FromFront, Lane, NodeListener, RawCall } from '@stagegate/gateway-engine/ports';
import { compileRoutes, type RouteContract, type RouteMatch } from '@stagegate/gateway-engine/routes';
import { NodeCall } from './node-call.ts';
import { ALREADY_SENT, sendNode } from './send-node.ts';
import { toResponse } from './send-web.ts';
import { WebCall } from './web-call.ts';

/** Node's objects when the call came over a socket, nothing when it came through `handler`. */
type Env = { Bindings: Partial<HttpBindings> };

/**
 * The place on Node's request where the front leaves what it knows of the call: Hono's server passes nothing else on. A WeakMap would do,
 * but keeps the call alive until the next full collection (measured: a quarter of the CPU of a call).
 */
const FROM_FRONT = Symbol('from front');

interface Fronted extends IncomingMessage {
  [FROM_FRONT]?: FromFront;
}

/** What every call of one shell shares. */
interface Shell {
  readonly engine: Engine;
  readonly deadlines: Deadlines;
  readonly match: (method: string, path: string) => RouteMatch;
}

/**
 * Stage 3: Hono in front of the engine. HTTP in, HTTP out, no decisions.
 *
 * `handler` and `listener` run the same routes. On a socket the answer is written to Node's response itself: a web stream in between would
 * cost more than the rest of a stream (measured: 60 µs per 32 events).
 */
export function createHonoShell(engine: Engine): Lane {
  const shell: Shell = { engine, deadlines: new Deadlines(), match: compileRoutes(engine.routes) };
  const app = mountRoutes(shell);
  const listen = getRequestListener(app.fetch, { overrideGlobalObjects: false, autoCleanupIncoming: false });
  const listener: NodeListener = (incoming: Fronted, outgoing, front) => {
    if (refuseMalformed(incoming, outgoing)) return;
    if (front !== undefined) incoming[FROM_FRONT] = front;
    void listen(incoming, outgoing);
  };
  return { id: 'hono', handler: async (request) => app.fetch(request), listener };
}

/** Hono finds plain paths. Paths with a place that may hold slashes it mixes up, so that these are left to the engine's table. */
function mountRoutes(shell: Shell): Hono<Env> {
  const app = new Hono<Env>();
  for (const route of shell.engine.routes) {
    const plain = route.paths.filter((path) => !path.includes('{'));
    app.on(route.method, plain, (context) => serve(shell, route, context));
  }
  app.notFound((context) => serve(shell, undefined, context));
  return app;
}

function serve(shell: Shell, known: RouteContract | undefined, context: Context<Env>): Response | Promise<Response> {
  const { engine, deadlines } = shell;
  const { incoming, outgoing } = context.env ?? {};
  if (incoming === undefined || outgoing === undefined) {
    const call = new WebCall(context.req.raw, 'hono');
    const route = findRoute(shell, known, call);
    return route === undefined ? toResponse(engine.unrouted(call)) : engine.run(route, call).then(toResponse);
  }
  const front = frontOf(incoming);
  const call = new NodeCall(incoming, outgoing, front, deadlines);
  const route = findRoute(shell, known, call);
  // Hono need not wait: the answer is written without it.
  if (route === undefined) sendNode(engine.unrouted(call), call, outgoing, front);
  else
    engine
      .run(route, call)
      .then((answer) => sendNode(answer, call, outgoing, front))
      .catch((bug: Error) => outgoing.destroy(bug));
  return ALREADY_SENT;
}

/** Hono passes HEAD to the routes of GET; the reference does not. */
function findRoute({ match }: Shell, known: RouteContract | undefined, { method, path }: RawCall): RouteContract | undefined {
  if (known !== undefined) return known.method === method ? known : undefined;
  const found = match(method, path);
  return found.kind === 'route' ? found.route : undefined;
}

function frontOf(incoming: Fronted): FromFront | undefined {
  return incoming[FROM_FRONT];
}
