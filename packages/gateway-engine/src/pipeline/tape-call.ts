import type { Ambient } from '@stagegate/core-transforms';
import {
  isUpstreamFailure,
  isWhole,
  type AttemptTape,
  type CallAnswer,
  type CallTape,
  type RawCall,
  type Recorder,
  type StreamBody,
  type TextSink,
  type UpstreamAnswer,
  type UpstreamFailure,
} from '../ports/index.ts';
import type { CallRoute } from '../routes/index.ts';

/** Begins to record a call, unless it is not in the sample. */
export function tapeOf(recorder: Recorder, route: CallRoute, raw: RawCall, ambient: Ambient): CallTape | undefined {
  const { method, path, query, lane, rule } = raw;
  return lane === undefined
    ? undefined
    : recorder.begin({
        lane,
        rule,
        route: route.id,
        method,
        path,
        query,
        header: (name) => raw.header(name),
        ambient,
        isGone: () => raw.signal.aborted,
      });
}

/** What came of a request, and after it its body, told to the tape as it is read. */
export function tapeExchange(tape: AttemptTape, given: UpstreamAnswer | UpstreamFailure): UpstreamAnswer | UpstreamFailure {
  if (isUpstreamFailure(given)) {
    tape.failed(given);
    return given;
  }
  const { status, headers } = given;
  tape.answered(status, headers);
  return {
    status,
    headers,
    readAll: async (bytesMax) => {
      const read = await given.readAll(bytesMax);
      if (isUpstreamFailure(read)) tape.failed(read);
      else tape.received(read);
      return read;
    },
    forEachChunk: async (consume) => {
      const failure = await given.forEachChunk((chunk) => {
        tape.received(chunk);
        return consume(chunk);
      });
      if (failure !== undefined) tape.failed(failure);
      return failure;
    },
  };
}

/** The client's answer, told to the tape: at once when it is whole, else as it is written. */
export async function tapeAnswer(answering: Promise<CallAnswer>, tape: CallTape): Promise<CallAnswer> {
  try {
    const answer = await answering;
    const { status, headers, body, declined } = answer;
    tape.replied(status, headers);
    if (!isWhole(body)) return { ...answer, body: tapeStream(body, tape) };
    tape.wrote(body);
    tape.ended(declined);
    return answer;
  } catch (bug) {
    tape.ended();
    throw bug;
  }
}

function tapeStream(body: StreamBody, tape: CallTape): StreamBody {
  const pump = async (sink: TextSink): Promise<void> => {
    try {
      await body.pump({
        write: (text) => {
          tape.wrote(text);
          return sink.write(text);
        },
      });
    } finally {
      tape.ended();
    }
  };
  return { pump };
}
