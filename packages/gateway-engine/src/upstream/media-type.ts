const GENERIC: ReadonlySet<string> = new Set(['binary/octet-stream', 'application/octet-stream']);

const BY_EXTENSION: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  pdf: 'application/pdf',
  csv: 'text/csv',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xls: 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  html: 'text/html',
  txt: 'text/plain',
  md: 'text/markdown',
};

/** How contents begin, byte by byte as Latin-1. */
const BY_BEGINNING: readonly (readonly [RegExp, string])[] = [
  [/^\x89PNG/u, 'image/png'],
  [/^\xff\xd8/u, 'image/jpeg'],
  [/^GIF8/u, 'image/gif'],
  [/^RIFF.{4}WEBP/su, 'image/webp'],
  [/^%PDF/u, 'application/pdf'],
];
const LOOKED_AT_BYTES = 16;

/**
 * The media type of the content at an address: the server's, unless that says nothing; else that of the address's extension; else of how
 * the content begins.
 *
 * source: LiteLLM 1.106.2, prompt_templates/common_utils.py `infer_content_type_from_url_and_content`, read 2026-11-29.
 */
export function mediaTypeOf(said: string | undefined, url: string, content: Buffer): string | undefined {
  if (said !== undefined && said !== '' && !GENERIC.has(said)) return said;
  const extension =
    url
      .slice(url.lastIndexOf('.') + 1)
      .toLowerCase()
      .split('?')[0] ?? '';
  const beginning = content.toString('latin1', 0, LOOKED_AT_BYTES);
  return BY_EXTENSION[extension] ?? BY_BEGINNING.find(([begins]) => begins.test(beginning))?.[1];
}
