/** Said by providers whose prompt was longer than the model's context. Lower case. */
const PHRASES: readonly string[] = [
  'exceed context limit',
  "this model's maximum context length is",
  'string too long. expected a string with maximum length',
  "model's maximum context limit",
  "is longer than the model's context length",
  'input tokens exceed the configured limit',
  '`inputs` tokens + `max_new_tokens` must be',
  'exceeds the available context size',
  'exceeds the maximum number of tokens allowed',
];

/** The same in two parts, which stand around numbers. */
const PAIRS: readonly (readonly [string, string])[] = [
  ['current length is', 'while limit is'],
  ['maximum input length is', 'tokens'],
];

/** A validation error that merely looks like one: OpenAI's limit on the length of `user`. */
const NONE: readonly string[] = ['string_above_max_length', "invalid 'user'"];

/**
 * Whether a refusal says that the prompt is too long for the model.
 *
 * in:     the provider's body; more phrases of its own, lower case.
 * source: LiteLLM 1.106.2, exception_mapping_utils.py `is_error_str_context_window_exceeded`, read 2026-11-29.
 */
export function saysContextWindow(body: string, more: readonly string[] = []): boolean {
  const words = body.toLowerCase();
  const says = (phrase: string): boolean => words.includes(phrase);
  if (PAIRS.some(([first, second]) => says(first) && says(second))) return true;
  return (PHRASES.some(says) || more.some(says)) && !NONE.some(says);
}
