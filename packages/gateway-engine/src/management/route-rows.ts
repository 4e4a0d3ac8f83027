import type { ManagedRoute, RouteAccess } from '../ports/index.ts';
import type { Handler, ManagementParts, StoredParts } from './parts.ts';

type Method = ManagedRoute['method'];

/** A route in the table: who may call it, and how to load its handler, which the first call does. */
export type RouteRow = {
  readonly method: Method;
  readonly paths: readonly string[];
  readonly access: RouteAccess;
  /** The status of a successful answer; 204 has no body. */
  readonly status: number;
  /** Refusals are problem details (RFC 9457). */
  readonly problems?: true;
} & (
  | { readonly needsStore: true; readonly load: () => Promise<Handler<StoredParts>> }
  | { readonly needsStore: false; readonly load: () => Promise<Handler<ManagementParts>> }
);

/** A route that needs the database. */
export function stored(
  method: Method,
  paths: readonly string[],
  access: RouteAccess,
  load: () => Promise<Handler<StoredParts>>,
  status = 200,
): RouteRow {
  return { method, paths, access, status, needsStore: true, load };
}

/** A route under `/management/v1`, whose refusals are problem details. */
export function problematic(method: Method, path: string, access: RouteAccess, load: () => Promise<Handler<StoredParts>>): RouteRow {
  return { ...stored(method, [`/management/v1${path}`], access, load), problems: true };
}

/** A route that needs no database. */
export function plain(
  method: Method,
  paths: readonly string[],
  access: RouteAccess,
  load: () => Promise<Handler<ManagementParts>>,
): RouteRow {
  return { method, paths, access, status: 200, needsStore: false, load };
}
