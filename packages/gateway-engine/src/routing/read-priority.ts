import type { DialectId, JsonObject } from '@stagegate/core-transforms';
import type { RouterSettings } from '../ports/index.ts';

/**
 * The priority of a call that waits in the queue while no deployment can be asked; undefined for one that does not wait.
 *
 * cost:   one look-up for a call without a priority.
 * source: LiteLLM 1.106.2, router.py `acompletion`, `atext_completion`, where 0 means none.
 */
export function readPriority(body: JsonObject, dialect: DialectId, { defaultPriority }: RouterSettings): number | undefined {
  const { priority } = body;
  if (priority === undefined && defaultPriority === undefined) return undefined;
  const asked = typeof priority === 'number' && Number.isInteger(priority) && priority !== 0 ? priority : undefined;
  if (dialect === 'openai-chat') return asked ?? defaultPriority;
  return dialect === 'openai-completions' ? asked : undefined;
}
