/** Headers about one connection only: RFC 9110, section 7.6.1. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * The headers that are passed on, in their order and spelling.
 *
 * in:  names and values in turn (Node's rawHeaders, or undici's), and lower-case names to leave out, too.
 * out: the same, without hop-by-hop headers and those that `Connection` names.
 */
export function endToEndHeaders(raw: unknown, alsoWithout: readonly string[] = []): string[] {
  if (!Array.isArray(raw)) return [];
  const flat = raw.map(toText);
  const named = connectionNames(flat);
  const out: string[] = [];
  for (let at = 0; at + 1 < flat.length; at += 2) {
    const name = flat[at] ?? '';
    const lower = name.toLowerCase();
    if (HOP_BY_HOP.has(lower) || alsoWithout.includes(lower) || named?.has(lower) === true) continue;
    out.push(name, flat[at + 1] ?? '');
  }
  return out;
}

/** Undici gives Buffers; the bytes of a header are latin1. */
function toText(given: unknown): string {
  return Buffer.isBuffer(given) ? given.toString('latin1') : String(given);
}

function connectionNames(flat: readonly string[]): ReadonlySet<string> | undefined {
  let named: Set<string> | undefined;
  for (let at = 0; at + 1 < flat.length; at += 2) {
    if (flat[at]?.toLowerCase() !== 'connection') continue;
    for (const name of (flat[at + 1] ?? '').split(',')) {
      named ??= new Set();
      named.add(name.trim().toLowerCase());
    }
  }
  return named;
}

/** What a client sees when the other gateway cannot be reached, without its host or address. */
export function gatewayErrorBody(error: Error): string {
  const code = 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : '';
  return JSON.stringify({
    error: { message: `The reference gateway gave no answer${code}`, type: 'api_connection_error', param: null, code: '502' },
  });
}
