import type { CompiledClasses } from './field-classes.ts';
import type { Difference } from './difference.ts';

/**
 * Compares the headers of two answers: those that take part by their class; of a media type no parameters, of a provider's address no host.
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

/** Which host stands for a provider is a matter of where a gateway runs, as in what was sent. */
function pathOf(base: string | undefined): string | undefined {
  return base === undefined ? undefined : URL.parse(base)?.pathname;
}

function mediaType(value: string | undefined): string | undefined {
  return value?.split(';')[0]?.trim().toLowerCase();
}
