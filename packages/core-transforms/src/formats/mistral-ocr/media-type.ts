/** The media type of a file of unknown type. */
export const UNKNOWN_MEDIA_TYPE = 'application/octet-stream';

const OFFICE = 'application/vnd.openxmlformats-officedocument';

/** By file extension. Source: IANA media types, for the files that OCR providers accept; the same as in the reference. */
const BY_EXTENSION: ReadonlyMap<string, string> = new Map([
  ['avif', 'image/avif'],
  ['bmp', 'image/bmp'],
  ['csv', 'text/csv'],
  ['doc', 'application/msword'],
  ['docx', `${OFFICE}.wordprocessingml.document`],
  ['epub', 'application/epub+zip'],
  ['gif', 'image/gif'],
  ['gz', 'application/gzip'],
  ['heic', 'image/heic'],
  ['heif', 'image/heif'],
  ['htm', 'text/html'],
  ['html', 'text/html'],
  ['jpeg', 'image/jpeg'],
  ['jpg', 'image/jpeg'],
  ['json', 'application/json'],
  ['md', 'text/markdown'],
  ['odt', 'application/vnd.oasis.opendocument.text'],
  ['pdf', 'application/pdf'],
  ['png', 'image/png'],
  ['ppt', 'application/vnd.ms-powerpoint'],
  ['pptx', `${OFFICE}.presentationml.presentation`],
  ['rtf', 'application/rtf'],
  ['svg', 'image/svg+xml'],
  ['tex', 'application/x-tex'],
  ['tif', 'image/tiff'],
  ['tiff', 'image/tiff'],
  ['txt', 'text/plain'],
  ['webp', 'image/webp'],
  ['xls', 'application/vnd.ms-excel'],
  ['xlsx', `${OFFICE}.spreadsheetml.sheet`],
  ['xml', 'text/xml'],
]);

/** The media type that a file's name suggests, `application/octet-stream` if it suggests none. */
export function guessMediaType(filename: string): string {
  const extension = filename.slice(filename.lastIndexOf('.') + 1).toLowerCase();
  return BY_EXTENSION.get(extension) ?? UNKNOWN_MEDIA_TYPE;
}
