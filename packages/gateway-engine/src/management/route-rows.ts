import type { ManagedRoute, RouteAccess } from '../ports/index.ts';
import type { Handler, ManagementParts, StoredParts } from './parts.ts';

type Method = ManagedRoute['method'];

/** A route in the table: who may enter it, and where its code is, which is loaded by the first call. */
export type RouteRow = {
  readonly method: Method;
  readonly paths: readonly string[];
  readonly access: RouteAccess;
  /** Of an answer that is no refusal; 204 has no body. */
  readonly status: number;
  /** Refuses as RFC 9457 has it. */
  readonly problems?: true;
} & (
  | { readonly needsStore: true; readonly load: () => Promise<Handler<StoredParts>> }
  | { readonly needsStore: false; readonly load: () => Promise<Handler<ManagementParts>> }
);

/** A route that asks the database. */
export function stored(
  method: Method,
  paths: readonly string[],
  access: RouteAccess,
  load: () => Promise<Handler<StoredParts>>,
  status = 200,
): RouteRow {
  return { method, paths, access, status, needsStore: true, load };
}

/** The same under `/management/v1`. */
export function problematic(method: Method, path: string, access: RouteAccess, load: () => Promise<Handler<StoredParts>>): RouteRow {
  return { ...stored(method, [`/management/v1${path}`], access, load), problems: true };
}

/** A route that does without. */
export function plain(
  method: Method,
  paths: readonly string[],
  access: RouteAccess,
  load: () => Promise<Handler<ManagementParts>>,
): RouteRow {
  return { method, paths, access, status: 200, needsStore: false, load };
}
