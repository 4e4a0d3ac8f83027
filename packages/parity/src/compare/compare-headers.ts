import type { CompiledClasses } from './field-classes.ts';
import type { Difference } from './difference.ts';

/**
 * Compares the headers of two answers, as far as their classes include them: media types without parameters, a provider's address without
 * its host.
 *
 * in: `addsAreFree`: a header that only `got` has is no difference, because no client of the other side can miss it.
 */
export function compareHeaders(
  expected: Readonly<Record<string, string>>,
  got: Readonly<Record<string, string>>,
  { comparesHeader }: CompiledClasses,
  addsAreFree: boolean,
): readonly Difference[] {
  const found: Difference[] = [];
  for (const name in expected) {
    if (comparesHeader(name) && !isSame(name, expected[name], got[name]))
      found.push({ path: `answer.headers.${name}`, expected: expected[name], got: got[name] });
  }
  if (addsAreFree) return found;
  for (const name in got) {
    if (expected[name] === undefined && comparesHeader(name))
      found.push({ path: `answer.headers.${name}`, expected: undefined, got: got[name] });
  }
  return found;
}

function isSame(name: string, expected: string | undefined, got: string | undefined): boolean {
  if (expected === got) return true;
  if (name === 'x-litellm-model-api-base') return pathOf(expected) === pathOf(got);
  return name === 'content-type' && mediaType(expected) === mediaType(got);
}

/** Only the path is compared: the host depends on where a gateway runs. */
function pathOf(base: string | undefined): string | undefined {
  return base === undefined ? undefined : URL.parse(base)?.pathname;
}

function mediaType(value: string | undefined): string | undefined {
  return value?.split(';')[0]?.trim().toLowerCase();
}
