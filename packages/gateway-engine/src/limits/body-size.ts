/** Whether the `content-length` header alone says that the body is larger than `bytesMax`, so that nothing of it has to be read. */
export function declaresTooLarge(contentLength: string | undefined, bytesMax: number): boolean {
  return contentLength !== undefined && Number(contentLength) > bytesMax;
}
