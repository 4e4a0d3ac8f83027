import { chooseCaller } from '../auth/index.ts';
import type { CallAnswer, RawCall } from '../ports/index.ts';
import type { CallRoute } from '../routes/index.ts';
import type { EngineParts, OpenCall } from './engine-parts.ts';
import { within } from './limits/limit-chain.ts';
import { withinActivity } from './limits/within-activity.ts';
import { withinBudgets } from './limits/within-budgets.ts';
import { withinRates } from './limits/within-rates.ts';
import { withinShares } from './limits/within-shares.ts';
import { refuse } from './refuse.ts';
import { routeCall } from './route-call.ts';
import { admit, authenticate } from './stages/authorize.ts';
import { parse } from './stages/parse.ts';
import { tapeAnswer, tapeOf } from './tape-call.ts';

/** A call is sent to a deployment once all of these have let it through, in this order. */
const answerWithinLimits = within([withinBudgets, withinActivity, withinShares, withinRates], routeCall);

/** Answers one call, and records it if it is one of those to be recorded. */
export function runCall(engine: EngineParts, route: CallRoute, raw: RawCall): Promise<CallAnswer> {
  const open = openCall(engine, route, raw);
  const { tape } = open;
  return tape === undefined ? answerCall(engine, open) : tapeAnswer(answerCall(engine, open), tape);
}

/** The whole flow of one call. Each step gives a value, or the error that ends the call. */
async function answerCall(engine: EngineParts, open: OpenCall): Promise<CallAnswer> {
  const { raw } = open;
  const known = authenticate(engine, raw);
  const caller = known instanceof Promise ? await known : known;
  if (!caller.ok) return refuse(engine, open, caller.error);
  open.caller = caller.value;
  open.tape?.calledBy(caller.value);

  const read = await parse(engine, open);
  if (!read.ok) return refuse(engine, open, read.error);
  open.asked = read.value;

  // A caller may belong to several teams: the model decides which of them this call is made for.
  open.caller = chooseCaller(caller.value, read.value.model, engine.modelNames);
  const admitted = admit(engine, raw, open.caller, read.value);
  const parsed = admitted instanceof Promise ? await admitted : admitted;
  if (!parsed.ok) return refuse(engine, open, parsed.error);
  open.asked = parsed.value;
  open.endUser = parsed.value.endUser;
  open.endUserOff = parsed.value.endUserOff === true;
  open.accessGroups = parsed.value.accessGroups;
  return answerWithinLimits(engine, open, parsed.value);
}

function openCall(engine: EngineParts, route: CallRoute, raw: RawCall): OpenCall {
  const ownId = engine.ids.callId();
  const ambient = { nowSeconds: Math.floor(engine.clock.nowMs() / 1000), callId: ownId };
  const startedMs = engine.clock.monotonicMs();
  const tape = engine.recorder === undefined ? undefined : tapeOf(engine.recorder, route, raw, ambient);
  return {
    route,
    raw,
    callId: clientCallId(raw) ?? ownId,
    ambient,
    startedMs,
    tape,
    caller: undefined,
    asked: undefined,
    endUser: undefined,
    endUserOff: false,
    accessGroups: undefined,
    forwarded: undefined,
    hold: undefined,
    aside: undefined,
  };
}

/** The client's own id for its call. Like the reference, we take any that is at most 256 characters long. */
function clientCallId(raw: RawCall): string | undefined {
  const id = raw.header('x-litellm-call-id');
  return id === undefined || id === '' || id.length > 256 ? undefined : id;
}
