import type { CallAnswer, StreamBody } from '@stagegate/gateway-engine/ports';

const encoder = new TextEncoder();

/** An answer as a web Response. */
export function toResponse({ status, headers, body }: CallAnswer): Response {
  if (typeof body === 'string') return new Response(body, { status, headers });
  if (body instanceof Uint8Array) return new Response(Buffer.from(body), { status, headers });
  return new Response(toWebStream(body), { status, headers });
}

function toWebStream(body: StreamBody): ReadableStream<Uint8Array> {
  let wake: (() => void) | undefined;
  let cancelled = false;
  return new ReadableStream<Uint8Array>({
    start: (controller) => {
      const write = (text: string): void | Promise<void> => {
        if (cancelled) return undefined;
        controller.enqueue(encoder.encode(text));
        if ((controller.desiredSize ?? 1) > 0) return undefined;
        return new Promise((resolve) => {
          wake = resolve;
        });
      };
      body.pump({ write }).then(
        () => (cancelled ? undefined : controller.close()),
        (bug: unknown) => controller.error(bug),
      );
    },
    pull: () => wake?.(),
    cancel: () => {
      cancelled = true;
      wake?.();
    },
  });
}
