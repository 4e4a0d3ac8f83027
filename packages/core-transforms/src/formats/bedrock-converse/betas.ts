import { splitBetas } from '../anthropic-messages/beta-headers.ts';

/** Betas that Converse takes for Anthropic's models. Source: LiteLLM 1.106.2, anthropic_beta_headers_config.json, read 2026-11-23. */
const KNOWN_BETAS: ReadonlySet<string> = new Set([
  'computer-use-2025-01-24',
  'computer-use-2025-11-24',
  'context-1m-2025-08-07',
  'effort-2025-11-24',
  'fine-grained-tool-streaming-2025-05-14',
  'structured-outputs-2025-11-13',
  'thinking-binding-controls-2026-08-01',
  'thinking-display-updates-2026-08-18',
]);

/** The betas of an `anthropic-beta` header that Converse knows, without duplicates. */
export function knownBetas(header: string | undefined): readonly string[] {
  return [...new Set(splitBetas(header))].filter((beta) => KNOWN_BETAS.has(beta));
}
