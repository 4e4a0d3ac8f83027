import type { Plan } from '../../contract/plan.ts';
import type { OpaqueMachine, StreamMachine } from '../../contract/stream-machine.ts';
import { awsEventStream, type AwsEvent } from '../../framing/aws-event-stream.ts';
import { pipe } from '../../stream/pipe.ts';

/** How the name of an event begins that is an exception. */
export const EXCEPTION_EVENT = 'exception:';

/**
 * The bytes of an AWS event stream as server-sent events: named as AWS names them, exceptions with EXCEPTION_EVENT before.
 *
 * in:     `toFrame` writes an ordinary event, where a format wants it otherwise.
 * errors: those of awsEventStream.
 */
export function decodeEvents(plan: Plan, toFrame: (event: AwsEvent) => string = namedFrame): OpaqueMachine<Uint8Array, string> {
  const toText: StreamMachine<null, AwsEvent, string> = {
    start: () => null,
    step: (state, event) => ({ state, out: [eventToText(event, toFrame)] }),
    end: (state) => ({ state, out: [] }),
  };
  return pipe(awsEventStream(plan.provider.id), toText);
}

/** One server-sent event; line breaks between JSON's tokens make lines of their own. */
export function toSseFrame(event: string, data: string): string {
  const lines = data.includes('\n') ? data.replaceAll(/\r?\n/gu, '\ndata: ') : data;
  return event === '' ? `data: ${lines}\n\n` : `event: ${event}\ndata: ${lines}\n\n`;
}

function namedFrame({ headers, payload }: AwsEvent): string {
  return toSseFrame(headers[':event-type'] ?? '', payload);
}

function eventToText(event: AwsEvent, toFrame: (event: AwsEvent) => string): string {
  const { headers, payload } = event;
  switch (headers[':message-type']) {
    case 'exception':
      return toSseFrame(`${EXCEPTION_EVENT}${headers[':exception-type'] ?? 'unknown'}`, payload);
    case 'error':
      return toSseFrame(
        `${EXCEPTION_EVENT}${headers[':error-code'] ?? 'unknown'}`,
        JSON.stringify({ message: headers[':error-message'] ?? payload }),
      );
    default:
      return toFrame(event);
  }
}
