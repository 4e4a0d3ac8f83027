import { fail, type Failure } from '../contract/outcome.ts';

/** Ends a request whose media stand at addresses that its provider does not read. Who can fetch them tries again: see `withMedia`. */
export function needsMedia(path: string, urls: readonly string[]): Failure {
  return fail({ kind: 'declined', path, reason: 'media at this address has to be fetched first', media: urls });
}
