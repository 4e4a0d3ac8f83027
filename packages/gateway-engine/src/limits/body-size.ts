/** Bytes of a client's body, at most, unless `general_settings.max_request_size_mb` says otherwise. */
export const BODY_BYTES_MAX_DEFAULT: number = 50 * 1_048_576;

/** Whether a `content-length` header alone says that the body is larger than `bytesMax`, so that nothing of it need be read. */
export function declaresTooLarge(contentLength: string | undefined, bytesMax: number): boolean {
  return contentLength !== undefined && Number(contentLength) > bytesMax;
}
