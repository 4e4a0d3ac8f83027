import type { JsonObject } from '../../../contract/json.ts';
import { isObject } from '../../../json/is-object.ts';
import type { ChunkQuirkName } from '../../../providers/provider-row.ts';
import { splitParts } from './content-parts.ts';
import { objectsOf, withList } from './edit-body.ts';
import type { ChunkQuirkFunction } from './quirk-types.ts';
import { foldReasoningTokens } from './usage-quirks.ts';

/** A quirk that looks at one delta at a time; the same chunk comes back when no delta changed. */
function perDelta(edit: (delta: JsonObject) => JsonObject): ChunkQuirkFunction {
  return (chunk) => {
    const deltas = objectsOf(chunk['choices']).map((choice) => choice['delta']);
    if (deltas.every((delta) => !isObject(delta) || edit(delta) === delta)) return chunk;
    return withList(chunk, 'choices', (choice) => (isObject(choice['delta']) ? { ...choice, delta: edit(choice['delta']) } : choice));
  };
}

/** How each chunk quirk is done; what it does is said with its name in provider-row.ts. */
export const CHUNK_QUIRKS: Readonly<Record<ChunkQuirkName, ChunkQuirkFunction>> = {
  'reasoning-as-reasoning-content': perDelta((delta) => {
    if (!('reasoning' in delta)) return delta;
    const { reasoning = null, ...rest } = delta;
    return { ...rest, reasoning_content: reasoning };
  }),
  'content-parts-as-text': perDelta((delta) => splitParts(delta, '', 'all')),
  'fold-reasoning-tokens': (chunk) => foldReasoningTokens(chunk),
};
