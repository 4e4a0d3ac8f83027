/** One entry of `redact`: values at a JSON path of every body, or what a regular expression finds in every text. */
export type Redaction = { readonly path: readonly Segment[] } | { readonly pattern: RegExp };

/** A step of a path: a member or element, any of them, or any number of steps. */
export type Segment = { readonly key: string | number } | '*' | '..';

const STEP = /\.\.(?=[\w*])|\.?\*|\[\*\]|\.?([A-Za-z_][\w-]*)|\[(\d+)\]|\['([^']*)'\]/uy;
const PATTERN = /^\/(.+)\/([ims]*)$/su;

/**
 * Reads one entry of `redact`: `$.messages[*].content`, `$..email`, or `/[\w.]+@[\w.]+/i`.
 *
 * out: undefined where it is neither a path nor a regular expression.
 */
export function readRedaction(text: string): Redaction | undefined {
  const [, source, flags = ''] = PATTERN.exec(text) ?? [];
  if (source === undefined) return readPath(text);
  try {
    return { pattern: new RegExp(source, `gu${flags}`) };
  } catch {
    return undefined;
  }
}

function readPath(text: string): Redaction | undefined {
  if (!text.startsWith('$') || text.length === 1) return undefined;
  const path: Segment[] = [];
  for (let at = 1; at < text.length; at = STEP.lastIndex) {
    STEP.lastIndex = at;
    const found = STEP.exec(text);
    if (found === null) return undefined;
    const [whole, name, index, quoted] = found;
    const key = name ?? quoted ?? (index === undefined ? undefined : Number(index));
    path.push(key === undefined ? (whole === '..' ? '..' : '*') : { key });
  }
  return { path };
}
