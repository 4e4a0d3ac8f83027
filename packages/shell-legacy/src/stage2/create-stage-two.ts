import type { ServerResponse } from 'node:http';
import type { Engine } from '@stagegate/gateway-engine/pipeline';
import type { CallAnswer, HandOver, NodeListener } from '@stagegate/gateway-engine/ports';
import { compileRoutes } from '@stagegate/gateway-engine/routes';
import { writeText } from '../node/write-text.ts';
import { writeWhole } from '../node/write-whole.ts';
import { ThinCall } from './thin-call.ts';

/** Stage 2: HTTP in, the engine, HTTP out. It decides nothing. */
export function createStageTwo(engine: Engine): NodeListener {
  const match = compileRoutes(engine.routes);
  return (incoming, outgoing, prescan, handOver) => {
    const call = new ThinCall(incoming, outgoing, prescan);
    const found = match(call.method, call.path);
    if (found.kind === 'route') void engine.run(found.route, call).then((answer) => writeAnswer(answer, call, outgoing, handOver));
    else writeAnswer(engine.unrouted(call), call, outgoing, undefined);
  };
}

function writeAnswer(answer: CallAnswer, call: ThinCall, outgoing: ServerResponse, handOver: HandOver | undefined): void {
  if (answer.declined !== undefined && handOver?.(answer.declined, call.bytes) === true) return;
  if (outgoing.destroyed) return;
  const { status, headers, body } = answer;
  if (typeof body === 'string' || body instanceof Uint8Array) return writeWhole(outgoing, status, headers, body);
  outgoing.writeHead(status, headers);
  body.pump({ write: (text) => writeText(outgoing, text) }).then(
    () => outgoing.end(),
    (bug: Error) => outgoing.destroy(bug),
  );
}
