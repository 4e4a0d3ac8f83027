import type { CallTape } from '@stagegate/gateway-engine/ports';
import { bodyForModel, wantsFastest } from '@stagegate/gateway-engine/routing';
import { answerHeaders } from './answer-headers.ts';
import { answerRefusal } from './answer-refusal.ts';
import { BranchEnd } from './branch-end.ts';
import type { ReadCall } from './call-provider.ts';
import type { App, Exchange } from './parts.ts';
import { replyWhole } from './reply.ts';

/** Answers a call for one model, as if the client had asked for it alone. Throws a refusal. */
export type AnswerOne = (branch: Exchange, call: ReadCall) => Promise<void>;

/**
 * Asks several models at once. With `fastest_response` the first good answer goes to the client as soon as its head is here, and the
 * other calls are aborted; else all answers are gathered into a list.
 */
export async function answerSeveral(
  app: App,
  exchange: Exchange,
  call: ReadCall,
  models: readonly string[],
  answerOne: AnswerOne,
): Promise<void> {
  const { outgoing } = exchange;
  const isRace = wantsFastest(call.body.value);
  let first: BranchEnd | undefined;
  const isChosen = (end: BranchEnd): boolean => {
    if (!isRace || end.status >= 300 || first !== undefined) return false;
    first = end;
    for (const other of ends) if (other !== end) other.destroy();
    return true;
  };
  const ends = models.map(() => new BranchEnd(exchange, isChosen));
  outgoing.on('close', () => ends.forEach((end) => end.destroy()));
  const answering = ends.map(async (end, at) => {
    const one = forModel(call, models[at] ?? '', isRace);
    const branch = branchOf(exchange, end, one);
    try {
      await answerOne(branch, one);
    } catch (thrown) {
      answerRefusal(app, branch, call.route, thrown);
    }
  });
  await Promise.all(answering);
  if (first !== undefined) return;
  const [loser] = ends;
  if (outgoing.destroyed || loser === undefined) exchange.tape?.ended();
  else if (isRace) replyWhole(exchange, loser.status, loser.headers, loser.body);
  else replyWhole(exchange, 200, answerHeaders(app, exchange, 'application/json'), `[${ends.map(({ body }) => body).join(',')}]`);
}

/** Of several answers each names its provider's own model. */
function forModel({ route, body, stream }: ReadCall, model: string, isRace: boolean): ReadCall {
  const streams = isRace && stream;
  return {
    route,
    body: bodyForModel(body.value, model, streams),
    asked: { name: model, shown: isRace ? model : undefined },
    stream: streams,
  };
}

/** The call as one of its models sees it: no branch is handed over, and none ends the tape. */
function branchOf(exchange: Exchange, outgoing: BranchEnd, { body, asked }: ReadCall): Exchange {
  const tape = exchange.tape === undefined ? undefined : withoutReply(exchange.tape);
  return { ...exchange, outgoing, tape, front: undefined, asked: { body: body.value, model: asked.name }, gone: undefined };
}

const nothing = (): void => undefined;

function withoutReply(tape: CallTape): CallTape {
  return {
    sent: (deployment, request, applied) => tape.sent(deployment, request, applied),
    failed: (failure) => tape.failed(failure),
    dropped: () => tape.dropped(),
    charged: (usd) => tape.charged(usd),
    calledBy: nothing,
    asked: nothing,
    replied: nothing,
    wrote: nothing,
    ended: nothing,
  };
}
