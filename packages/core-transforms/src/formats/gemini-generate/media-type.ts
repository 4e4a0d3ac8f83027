/** File extensions → media types, as known to the reference. Source: LiteLLM 1.106.2, types/files.py, read 2026-11-26. */
const BY_EXTENSION: Readonly<Record<string, string>> = {
  '3gpp': 'video/3gpp',
  aac: 'audio/aac',
  flac: 'audio/flac',
  flv: 'video/x-flv',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  mov: 'video/quicktime',
  mp3: 'audio/mpeg',
  mp4: 'video/mp4',
  mpa: 'audio/m4a',
  mpeg: 'video/mpeg',
  mpegps: 'video/mpegps',
  mpg: 'video/mpg',
  mpga: 'audio/mpga',
  opus: 'audio/opus',
  pcm: 'audio/pcm',
  pdf: 'application/pdf',
  png: 'image/png',
  txt: 'text/plain',
  wav: 'audio/wav',
  webm: 'video/webm',
  webp: 'image/webp',
  wmv: 'video/wmv',
};

/** The same for URLs, for which the reference has another table. Source: prompt_templates/common_utils.py. */
const BY_URL: Readonly<Record<string, string>> = {
  avi: 'video/avi',
  flv: 'video/flv',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  mov: 'video/mov',
  mp3: 'audio/mp3',
  mp4: 'video/mp4',
  mpeg: 'video/mpeg',
  mpegps: 'video/mpegps',
  mpg: 'video/mpeg',
  ogg: 'audio/ogg',
  pdf: 'application/pdf',
  png: 'image/png',
  txt: 'text/plain',
  wav: 'audio/wav',
  webp: 'image/webp',
  wmv: 'video/wmv',
};

const ALIASES: Readonly<Record<string, string>> = { 'image/jpg': 'image/jpeg' };

/** The media type of an object in a bucket, by its extension; undefined for one that the provider does not read. */
export function typeOfObject(uri: string): string | undefined {
  return BY_EXTENSION[extensionOf(uri).toLowerCase()];
}

/** Whether the name of an object in a bucket has an extension. */
export function hasExtension(uri: string): boolean {
  return extensionOf(uri) !== '';
}

/** The media type of a URL, by its path; undefined if the path does not tell. */
export function typeOfUrl(url: string): string | undefined {
  const [path = ''] = url
    .toLowerCase()
    .replace(/^https?:\/\/[^/]*/u, '')
    .split(/[?#]/u);
  return BY_URL[/\.([a-z0-9]+)$/u.exec(path)?.[1] ?? ''];
}

/** A media type without parameters, in its usual spelling. */
export function plainType(mediaType: string): string {
  const plain = (mediaType.split(';')[0] ?? '').trim().toLowerCase();
  return ALIASES[plain] ?? plain;
}

function extensionOf(uri: string): string {
  return /[^/.][^/]*\.([^./]+)$/u.exec(uri)?.[1] ?? '';
}
