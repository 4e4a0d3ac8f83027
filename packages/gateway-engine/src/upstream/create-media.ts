import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { neededMedia, withMedia } from '@stagegate/core-transforms';
import { Agent, request, type Dispatcher } from 'undici';
import type { Log, Media, MediaSettings } from '../ports/index.ts';
import { KeptMedia } from './kept-media.ts';
import { mediaTypeOf } from './media-type.ts';
import { isPublicAddress } from './public-address.ts';

/** Addresses that are fetched for one call, at most. */
const ADDRESSES_MAX = 100;
const ATTEMPTS = 3;
const HOPS_MAX = 10;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const CONNECT_MS = 10_000;
/** For all addresses of a call together, from the first request to the last byte. */
const WHOLE_MS = 60_000;
const BYTES_OF_MEGABYTE = 1024 * 1024;
const REFUSED =
  'Unable to fetch image from URL. The proxy could not resolve this host or its URL policy rejected it; an admin can check the proxy log ' +
  'and `user_url_allowed_hosts` in litellm_settings.';

/** Ends a fetch for good. Its message goes to the client. */
class Unfetched extends Error {}

/** A host that is not public, or that does not resolve. What it resolves to goes to the log only. */
class RefusedHost extends Error {}

/** What the addresses of a call share. */
interface Allowance {
  bytesLeft: number;
  readonly signal: AbortSignal;
}

/** What the door is made with. */
export interface MediaOptions {
  readonly settings: MediaSettings;
  readonly log: Log;
}

/**
 * Fetches what callers name by an address, but nothing that only this machine can reach: a host is resolved once, all of its addresses have
 * to be public, and the connection goes to one of these. The same holds for every hop of a redirect. No credential, cookie or header of the
 * caller is sent, and no connection is kept. Some of the contents are kept.
 *
 * out:    calls that hold data URLs. The type is the server's, else that of the address's extension, else of how the content begins.
 * errors: in the reference's sentences, without what a host resolves to.
 * source: LiteLLM 1.106.2, litellm_core_utils/url_utils.py and prompt_templates/image_handling.py, read 2026-11-29.
 */
export function createMedia({ settings, log }: MediaOptions): Media {
  const door = new Door(settings);
  const kept = new KeptMedia();
  return {
    complete: async (transform, call, plan, ambient) => {
      const urls = neededMedia(transform, call, plan, ambient, ADDRESSES_MAX);
      if (urls.length > ADDRESSES_MAX) return { message: `Error: More than ${ADDRESSES_MAX} addresses of media in one request.` };
      const stop = new AbortController();
      const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(WHOLE_MS)]);
      const allowance: Allowance = { bytesLeft: settings.bytesMax, signal };
      try {
        const entries = urls.map(async (url) => {
          const known = kept.find(url, ambient.nowSeconds);
          if (known !== undefined) return [url, known] as const;
          const content = await fetchOne(door, url, allowance, log);
          kept.keep(url, content, ambient.nowSeconds);
          return [url, content] as const;
        });
        return withMedia(call, new Map(await Promise.all(entries)));
      } catch (error) {
        stop.abort();
        if (error instanceof Unfetched) return { message: `Error: ${error.message}` };
        throw error;
      }
    },
  };
}

async function fetchOne(door: Door, url: string, allowance: Allowance, log: Log): Promise<string> {
  for (let attempt = 1; attempt <= ATTEMPTS && !allowance.signal.aborted; attempt += 1) {
    try {
      return await door.fetch(url, allowance);
    } catch (error) {
      if (error instanceof Unfetched) throw error;
      const message = error instanceof Error ? error.message : String(error);
      log.warn('media_unfetched', { url, attempt, message });
      if (error instanceof RefusedHost) throw new Unfetched(`${REFUSED} url=${url}`);
    }
  }
  throw new Unfetched(`Unable to fetch image from URL after ${ATTEMPTS} attempts. url=${url}`);
}

/** Decides where a fetch may go, and makes it. */
class Door {
  readonly #anyAddress: boolean;
  readonly #allowedHosts: ReadonlySet<string>;
  readonly #bytesMax: number;

  constructor({ anyAddress, allowedHosts, bytesMax }: MediaSettings) {
    this.#anyAddress = anyAddress;
    this.#allowedHosts = new Set(allowedHosts.map((host) => host.toLowerCase().replace(/\.$/u, '')));
    this.#bytesMax = bytesMax;
  }

  /** Follows an address to its content. Throws `Unfetched`, `RefusedHost`, or a network error. */
  async fetch(url: string, allowance: Allowance): Promise<string> {
    if (this.#bytesMax === 0) throw new Unfetched(`Image URL download is disabled (MAX_IMAGE_URL_DOWNLOAD_SIZE_MB=0). url=${url}`);
    let at = url;
    for (let hop = 0; hop <= HOPS_MAX; hop += 1) {
      const target = toTarget(at);
      const agent = new Agent({ allowH2: false, connect: { timeout: CONNECT_MS, ...this.#guard(target) } });
      try {
        const answer = await request(target, { dispatcher: agent, signal: allowance.signal });
        const { location } = answer.headers;
        if (!REDIRECTS.has(answer.statusCode)) return await this.#read(answer, url, allowance);
        if (typeof location !== 'string') throw new RefusedHost('a redirect to nowhere');
        at = new URL(location, target).href;
      } finally {
        await agent.destroy();
      }
    }
    throw new RefusedHost('too many redirects');
  }

  /**
   * Nothing for hosts that the operator trusts; for others the look-up that checks what they resolve to. (An IP address is never looked up,
   * and is checked here.)
   */
  #guard({ hostname, port, protocol }: URL): { readonly lookup?: LookupFunction } {
    const host = hostname.replace(/\.$/u, '');
    const usualPort = protocol === 'https:' ? 443 : 80;
    const known = [host, `${host}:${port === '' ? usualPort : port}`];
    if (this.#anyAddress || known.some((name) => this.#allowedHosts.has(name))) return {};
    const address = host.replaceAll(/[[\]]/gu, '');
    if (isIP(address) !== 0 && !isPublicAddress(address)) throw new RefusedHost(`${address} is not public`);
    return { lookup: lookupPublic };
  }

  async #read({ statusCode, headers, body }: Dispatcher.ResponseData, url: string, allowance: Allowance): Promise<string> {
    if (statusCode !== 200) throw new Unfetched(`Unable to fetch image from URL. Status code: ${statusCode}, url=${url}`);
    const announced = Number(headers['content-length'] ?? 0);
    if (announced > this.#bytesMax) throw this.#tooLarge(announced, url);
    const pieces: Buffer[] = [];
    let length = 0;
    for await (const piece of body as AsyncIterable<Buffer>) {
      length += piece.length;
      allowance.bytesLeft -= piece.length;
      if (allowance.bytesLeft < 0) throw this.#tooLarge(length, url);
      pieces.push(piece);
    }
    const content = Buffer.concat(pieces);
    const said = headers['content-type'];
    const type = mediaTypeOf(typeof said === 'string' ? said : undefined, url, content);
    if (type !== undefined) return `data:${type};base64,${content.toString('base64')}`;
    throw new Unfetched(`Unable to determine image content type from the server's headers, the URL, or the image bytes. url=${url}`);
  }

  #tooLarge(bytes: number, url: string): Unfetched {
    const [size, most] = [bytes / BYTES_OF_MEGABYTE, this.#bytesMax / BYTES_OF_MEGABYTE];
    const shown = Number.isInteger(most) ? most.toFixed(1) : String(most);
    return new Unfetched(`Image size (${size.toFixed(2)}MB) exceeds maximum allowed size (${shown}MB). url=${url}`);
  }
}

function toTarget(url: string): URL {
  const target = URL.canParse(url) ? new URL(url) : undefined;
  if (target === undefined || !['http:', 'https:'].includes(target.protocol)) throw new RefusedHost('no address of the web');
  return target;
}

/** Like `dns.lookup`, for hosts of the public internet only: the connection goes to the addresses that were checked here. */
const lookupPublic: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const special = error === null ? addresses.find(({ address }) => !isPublicAddress(address)) : undefined;
    const [first] = error === null ? addresses : [];
    if (error !== null || first === undefined) callback(new RefusedHost(`${hostname} is not known: ${error?.code ?? 'no address'}`), '');
    else if (special !== undefined) callback(new RefusedHost(`${hostname} leads to ${special.address}, which is not public`), '');
    else if (options.all === true) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};
