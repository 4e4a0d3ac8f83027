import type { CallAnswer, CallerWatch, GoneListener, RawCall } from '../ports/index.ts';
import { bodyForModel, FASTEST_HEADER, wantsFastest } from '../routing/index.ts';
import { answerHeaders, JSON_TYPE } from './answer-headers.ts';
import type { EngineParts, OpenCall } from './engine-parts.ts';
import { wholeAnswer } from './refuse.ts';
import type { ParsedCall } from './stages/parse.ts';

/** Answers a call for one of the models, as if the client had asked for that one alone. */
export type AnswerOne = (open: OpenCall, call: ParsedCall) => Promise<CallAnswer>;

/**
 * Asks several models at once. With `fastest_response` the first good answer wins and the other calls are aborted; else the answer is a
 * list of all answers, with the error bodies of the models that failed.
 *
 * source: LiteLLM 1.106.2, router.py `abatch_completion`, `abatch_completion_fastest_response`.
 */
export async function answerSeveral(
  engine: EngineParts,
  open: OpenCall,
  call: ParsedCall,
  models: readonly string[],
  answerOne: AnswerOne,
): Promise<CallAnswer> {
  const isRace = wantsFastest(call.body.value);
  const branches = models.map(() => new Branch());
  if (open.raw.signal.aborted) for (const branch of branches) branch.handleEvent();
  open.raw.signal.addEventListener('abort', { handleEvent: () => branches.forEach((branch) => branch.handleEvent()) });
  const answers = models.map((model, at) => {
    const one = forModel(call, model, isRace);
    return answerOne({ ...open, asked: one, raw: watchedBy(open.raw, branches[at] ?? new Branch()) }, one);
  });
  if (isRace) return race(answers, branches);
  const bodies = (await Promise.all(answers)).map(({ body }) => (typeof body === 'string' ? body : 'null'));
  const headers = answerHeaders(engine, open, JSON_TYPE);
  return wholeAnswer(200, headers, `[${bodies.join(',')}]`);
}

/** The first good answer; where there is none, the first model's error, once all have failed. */
async function race(answers: readonly Promise<CallAnswer>[], branches: readonly Branch[]): Promise<CallAnswer> {
  const good = answers.map(async (answer, at) => {
    const given = await answer;
    if (given.status >= 300) throw new Error('refused');
    return { at, given };
  });
  try {
    const { at, given } = await Promise.any(good);
    branches.forEach((branch, other) => other !== at && branch.handleEvent());
    return { ...given, headers: { ...given.headers, [FASTEST_HEADER]: 'True' } };
  } catch {
    const [first] = await Promise.all(answers);
    if (first === undefined) throw new Error('a race of nobody');
    return first;
  }
}

/** The call for one of the models. In a list each answer shows its provider's own name of the model; streams only race. */
function forModel(call: ParsedCall, model: string, isRace: boolean): ParsedCall {
  const stream = isRace && call.stream;
  return { body: bodyForModel(call.body.value, model, stream), model, modelFromPath: !isRace, stream };
}

/** The abort signal of one model's call: aborted when the client goes away, or another model has won the race. */
class Branch implements CallerWatch, GoneListener {
  aborted = false;
  #listener: GoneListener | undefined;

  addEventListener(_type: 'abort', listener: GoneListener): void {
    this.#listener = listener;
  }

  removeEventListener(_type: 'abort', listener: GoneListener): void {
    if (this.#listener === listener) this.#listener = undefined;
  }

  readonly handleEvent = (): void => {
    this.aborted = true;
    this.#listener?.handleEvent();
  };
}

function watchedBy(raw: RawCall, signal: CallerWatch): RawCall {
  return {
    method: raw.method,
    path: raw.path,
    query: raw.query,
    header: (name) => raw.header(name),
    headerNames: () => raw.headerNames(),
    readBody: (bytesMax) => raw.readBody(bytesMax),
    prescan: raw.prescan,
    peer: raw.peer,
    ...(raw.lane !== undefined && { lane: raw.lane }),
    rule: raw.rule,
    signal,
  };
}
