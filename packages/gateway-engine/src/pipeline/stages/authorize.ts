import type { RawCall } from '../../ports/index.ts';
import type { EngineError } from '../../errors/index.ts';
import type { EngineParts } from '../engine-parts.ts';

/**
 * Whether the caller may come in: undefined, or why not. Asked before the body is read, so that nobody without a key can
 * make the gateway hold 50 MB.
 */
export function authorize({ checkKey }: EngineParts, raw: RawCall): EngineError | undefined {
  return checkKey((name) => raw.header(name));
}
