import type { AnswerError } from '../errors/index.ts';
import type { Fallbacks, FallbackTarget } from '../ports/index.ts';

/** How the error of a group ends when no fallback was tried. */
const NOTHING_TRIED = ' failed with the error above. No fallback was attempted.';
const CLOSING = '\n\nLiteLLM: model group ';
const DETAIL_CHARS_MAX = 2_000;

/** How a call ended in an error. */
export interface FailedRoute {
  /** The fallbacks it had. */
  readonly fallbacks: readonly FallbackTarget[];
  /** The error of the last fallback, worded by `wordFailedTarget`; undefined when none was tried. */
  readonly lastError: string | undefined;
  /** The client turned fallbacks off: nothing is said of them. */
  readonly off?: boolean | undefined;
}

/**
 * The error of the first group, with what became of its fallbacks.
 *
 * in:     `configured`: the fallbacks that the group was looked up in; if empty, nothing is said of them.
 * source: LiteLLM 1.106.2, router_utils/common_utils.py `format_fallback_outcome_message`, `format_no_fallback_group_message`.
 */
export function wordOutcome(shown: AnswerError, route: FailedRoute, configured: Fallbacks): AnswerError {
  if (!shown.message.endsWith(NOTHING_TRIED)) return shown;
  const lead = shown.message.slice(0, -NOTHING_TRIED.length);
  if (route.off === true) return { ...shown, message: shown.message.slice(0, shown.message.lastIndexOf(CLOSING)) };
  if (route.lastError !== undefined) {
    const targets = route.fallbacks.map(({ group }) => group).join(', ');
    return { ...shown, message: `${lead} failed with the error above. Fallback to ${targets} also failed: ${shorten(route.lastError)}` };
  }
  if (configured.size === 0 || route.fallbacks.length > 0) return shown;
  const message =
    `${lead} failed with the error above and no fallback model group was found for it, so the request was not retried on another ` +
    `model. Fallbacks are configured for: ${[...configured.keys()].join(', ')}. Add a fallbacks entry for that model group (Router ` +
    'fallbacks or proxy router_settings.fallbacks) to retry on another model.';
  return { ...shown, message };
}

/** The error of a fallback, and how often it was tried. */
export function wordFailedTarget({ message }: AnswerError, retried: number, retriesMax: number | undefined): string {
  const at = message.lastIndexOf(CLOSING);
  const own = at === -1 ? message : message.slice(0, at);
  return retried === 0 ? own : `${own} LiteLLM Retried: ${retried} times, LiteLLM Max Retries: ${retriesMax ?? retried}`;
}

function shorten(detail: string): string {
  if (detail.length <= DETAIL_CHARS_MAX) return detail;
  return `${detail.slice(0, DETAIL_CHARS_MAX)}... [truncated ${detail.length - DETAIL_CHARS_MAX} characters]`;
}
