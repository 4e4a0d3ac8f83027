import type { ServerResponse } from 'node:http';
import { Deadlines } from '@stagegate/gateway-engine/limits';
import type { Engine } from '@stagegate/gateway-engine/pipeline';
import { isWhole, type CallAnswer, type FromFront, type NodeListener } from '@stagegate/gateway-engine/ports';
import { compileRoutes } from '@stagegate/gateway-engine/routes';
import { writeText } from '../node/write-text.ts';
import { writeWhole } from '../node/write-whole.ts';
import { ThinCall } from './thin-call.ts';

/** Stage 2: HTTP in, the engine, HTTP out. It decides nothing. */
export function createStageTwo(engine: Engine): NodeListener {
  const match = compileRoutes(engine.routes);
  const deadlines = new Deadlines();
  return (incoming, outgoing, front) => {
    const call = new ThinCall(incoming, outgoing, front, deadlines);
    const found = match(call.method, call.path);
    if (found.kind === 'route') void engine.run(found.route, call).then((answer) => writeAnswer(answer, call, outgoing, front));
    else writeAnswer(engine.unrouted(call), call, outgoing, front);
  };
}

function writeAnswer(answer: CallAnswer, call: ThinCall, outgoing: ServerResponse, front: FromFront | undefined): void {
  if (answer.declined !== undefined && front?.handOver(answer.declined, call.bytes) === true) return;
  if (outgoing.destroyed) return;
  const { status, headers, body } = answer;
  if (isWhole(body)) return writeWhole(outgoing, status, headers, body);
  outgoing.writeHead(status, headers);
  body.pump({ write: (text) => writeText(outgoing, text) }).then(
    () => outgoing.end(),
    (bug: Error) => outgoing.destroy(bug),
  );
}
