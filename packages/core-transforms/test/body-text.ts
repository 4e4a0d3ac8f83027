import type { ProviderRequest } from '../src/contract/wire.ts';

/** The text of a request's body, which may be bytes. */
export function bodyText({ body }: Pick<ProviderRequest, 'body'>): string {
  return typeof body === 'string' ? body : new TextDecoder().decode(body);
}
