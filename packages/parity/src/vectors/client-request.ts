import { isJsonRecord, type Json, type Vector } from '@stagegate/testbed';

/** Any origin: handlers ignore scheme and host. */
const ORIGIN = 'http://gateway.test';

const MASTER_KEY = 'sk-master-dummy';

/** The client's request of a case. */
export function toClientRequest({ route, client_request: given, client_request_meta: meta }: Vector): Request {
  const body = toBody(given);
  const headers = new Headers({ authorization: `Bearer ${MASTER_KEY}` });
  if (typeof body === 'string') headers.set('content-type', 'application/json');
  for (const [name, value] of Object.entries(meta?.headers ?? {})) {
    if (value === '') headers.delete(name);
    else headers.set(name, value);
  }
  return new Request(ORIGIN + (meta?.path ?? route), { method: meta?.method ?? 'POST', headers, body });
}

function toBody(given: Json): string | FormData | null {
  if (given === null) return null;
  if (typeof given === 'string') return given;
  const parts = isJsonRecord(given) ? given['$multipart'] : undefined;
  return Array.isArray(parts) ? toForm(parts) : JSON.stringify(given);
}

function toForm(parts: readonly Json[]): FormData {
  const form = new FormData();
  for (const part of parts) {
    if (!isJsonRecord(part)) continue;
    const { name, value, filename, content_type: type, base64 } = part;
    if (typeof base64 === 'string')
      form.append(String(name), new Blob([Buffer.from(base64, 'base64')], { type: String(type) }), String(filename));
    else form.append(String(name), String(value));
  }
  return form;
}

export { MASTER_KEY };
