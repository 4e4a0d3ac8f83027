import type { DialectId, JsonObject } from '@stagegate/core-transforms';
import type { RouterSettings } from '../ports/index.ts';

/**
 * The priority of a call that waits for its turn while no deployment may be asked; undefined for one that does not wait.
 *
 * cost:   a look for a call that names none.
 * source: LiteLLM 1.106.2, router.py `acompletion`, `atext_completion`: 0 is none.
 */
export function readPriority(body: JsonObject, dialect: DialectId, { defaultPriority }: RouterSettings): number | undefined {
  const { priority } = body;
  if (priority === undefined && defaultPriority === undefined) return undefined;
  const asked = typeof priority === 'number' && Number.isInteger(priority) && priority !== 0 ? priority : undefined;
  if (dialect === 'openai-chat') return asked ?? defaultPriority;
  return dialect === 'openai-completions' ? asked : undefined;
}
