const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EISDIR: 'is a folder',
  ENOTDIR: 'lies in something that is no folder',
  EACCES: 'may not be read',
  EPERM: 'may not be read',
};

/** Why a file or folder cannot be read, for people: `records does not exist`. Other errors in their own words. */
export function wordFileError(path: string, error: unknown): string {
  if (!(error instanceof Error)) return `${path}: ${String(error)}`;
  const word = 'code' in error && typeof error.code === 'string' ? WORDS[error.code] : undefined;
  return word === undefined ? error.message : `${path} ${word}`;
}
