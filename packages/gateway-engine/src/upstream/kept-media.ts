/** The reference's limits: how many contents it keeps, for how long, and of which length. */
const KEPT_MAX = 10;
const KEPT_SECONDS = 600;
const CHARS_MAX = 1024 * 1024;

interface Kept {
  readonly content: string;
  readonly untilSeconds: number;
}

/**
 * The media that were fetched last, as data URLs: a conversation names its pictures again with every turn. At most ten, of a megabyte of
 * text each; the oldest goes first.
 *
 * source: LiteLLM 1.106.2, litellm_core_utils/prompt_templates/image_handling.py and caching/in_memory_cache.py, read 2026-11-29.
 */
export class KeptMedia {
  readonly #kept = new Map<string, Kept>();

  /** The content at an address, if it was fetched within the last ten minutes. */
  find(url: string, nowSeconds: number): string | undefined {
    const kept = this.#kept.get(url);
    if (kept === undefined || kept.untilSeconds > nowSeconds) return kept?.content;
    this.#kept.delete(url);
    return undefined;
  }

  /** Keeps what was just fetched. */
  keep(url: string, content: string, nowSeconds: number): void {
    if (content.length > CHARS_MAX) return;
    this.#kept.delete(url);
    this.#kept.set(url, { content, untilSeconds: nowSeconds + KEPT_SECONDS });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT_MAX && oldest !== undefined) this.#kept.delete(oldest);
  }
}
