import { chooseCaller } from '../auth/index.ts';
import type { CallAnswer, RawCall } from '../ports/index.ts';
import type { CallRoute } from '../routes/index.ts';
import type { EngineParts, OpenCall } from './engine-parts.ts';
import { refuse } from './refuse.ts';
import { admit, authenticate } from './stages/authorize.ts';
import { parse } from './stages/parse.ts';
import { tapeAnswer, tapeOf } from './tape-call.ts';
import { withinBudgets } from './within-budgets.ts';
import { withinActivity } from './within-activity.ts';

/** Answers one call, and tells a tape of it where there is one. */
export function runCall(engine: EngineParts, route: CallRoute, raw: RawCall): Promise<CallAnswer> {
  const open = openCall(engine, route, raw);
  const { tape } = open;
  return tape === undefined ? answerCall(engine, open) : tapeAnswer(answerCall(engine, open), tape);
}

/** The whole flow of one call. Each step is one function that gives a value or the error that ends the call. */
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

  // Which of his teams a caller calls for is known only once the model is.
  open.caller = chooseCaller(caller.value, read.value.model, engine.modelNames);
  const admitted = admit(engine, raw, open.caller, read.value);
  const parsed = admitted instanceof Promise ? await admitted : admitted;
  if (!parsed.ok) return refuse(engine, open, parsed.error);
  open.asked = parsed.value;
  open.endUser = parsed.value.endUser;
  open.endUserOff = parsed.value.endUserOff === true;
  open.accessGroups = parsed.value.accessGroups;
  const { budgets } = parsed.value;
  return budgets === undefined ? withinActivity(engine, open, parsed.value) : withinBudgets(engine, open, parsed.value, budgets);
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

/** The reference takes any of up to 256 characters. */
function clientCallId(raw: RawCall): string | undefined {
  const id = raw.header('x-litellm-call-id');
  return id === undefined || id === '' || id.length > 256 ? undefined : id;
}
