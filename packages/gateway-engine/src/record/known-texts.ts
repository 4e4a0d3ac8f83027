import type { ProviderRequest } from '@stagegate/core-transforms';
import type { Deployment } from '../ports/index.ts';
import type { RecordedDeployment } from './call-record.ts';

/** More words are not kept: paths are what clients choose. */
const WORDS_MAX = 1_000;

/** What a request to a provider has in common with the one before it. */
type RequestFrame = Pick<ProviderRequest, 'method' | 'url' | 'headers' | 'auth'>;

interface KnownRequest extends RequestFrame {
  readonly json: string;
}

/** JSON of what stands in many records, made once: to write it anew for each is a large part of what a record costs. */
export class KnownTexts {
  readonly #words = new Map<string, string>();
  readonly #deployments = new WeakMap<Deployment, string>();
  readonly #requests = new WeakMap<Deployment, KnownRequest>();

  /** A string, quoted. */
  word(word: string): string {
    const known = this.#words.get(word);
    if (known !== undefined) return known;
    const json = JSON.stringify(word);
    if (this.#words.size < WORDS_MAX) this.#words.set(word, json);
    return json;
  }

  deployment(deployment: Deployment): string {
    const known = this.#deployments.get(deployment);
    if (known !== undefined) return known;
    const { id, provider, model, modelGroup } = deployment;
    const shown: RecordedDeployment = { id, provider: provider.id, model, modelGroup };
    const json = JSON.stringify(shown);
    this.#deployments.set(deployment, json);
    return json;
  }

  /** A request but for its body: what `make` says of it, unless it is the same as the last one of its deployment. */
  request(deployment: Deployment, { method, url, headers, auth }: RequestFrame, make: () => string): string {
    const last = this.#requests.get(deployment);
    if (last !== undefined && last.headers === headers && last.auth === auth && last.url === url && last.method === method)
      return last.json;
    const json = make();
    this.#requests.set(deployment, { method, url, headers, auth, json });
    return json;
  }
}
