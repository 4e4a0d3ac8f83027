import type { ReplayCall } from './replay-call.ts';

/** Which strata a call belongs to: read off the texts, because a record may be of any dialect. */
export function strataOf({ record, body, facts }: ReplayCall): Readonly<Record<string, string>> {
  const asked = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
  const { deployment, route } = record;
  return {
    route,
    provider: deployment?.provider ?? 'none',
    model: deployment?.modelGroup ?? 'none',
    stream: /"stream"\s*:\s*true/u.test(asked) ? 'yes' : 'no',
    tools: /"(?:tools|functions)"\s*:\s*\[\s*\{/u.test(asked) ? 'yes' : 'no',
    vision: /"type"\s*:\s*"(?:image_url|image|input_image)"/u.test(asked) ? 'yes' : 'no',
    cached: /"cache_control"/u.test(asked) || /"(?:cached_tokens|cache_read_input_tokens)"\s*:\s*[1-9]/u.test(facts.body) ? 'yes' : 'no',
    error: errorClass(facts),
  };
}

function errorClass({ status, body, headers }: ReplayCall['facts']): string {
  if (status >= 400) return `${Math.floor(status / 100)}xx`;
  const isStream = headers['content-type']?.startsWith('text/event-stream') === true;
  return isStream && /^data: ?\{(?:"type":"error",)?"error"/mu.test(body) ? 'in stream' : 'none';
}
