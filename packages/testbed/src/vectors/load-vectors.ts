import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { join, matchesGlob, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deepFreeze, isJsonRecord } from '../json.ts';
import type { Deployment, LoadedVector, Vector } from './vector.ts';

/** The repository's own copy of the golden vectors. */
export const VECTORS_DIR: string = fileURLToPath(new URL('../../vectors', import.meta.url));

const DEPLOYMENTS_FILE = 'deployments.json';

/**
 * Reads the cases of a directory, sorted by path and deep-frozen.
 *
 * in:     a directory laid out as `<route directory>/<provider>/<id>.json`; a glob over that path without `.json`, `**` for all.
 * out:    the cases that match.
 * errors: throws when the directory cannot be read or a file in it is not a case.
 */
export function loadVectors(directory: string = VECTORS_DIR, filterGlob = '**'): readonly LoadedVector[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json') && name !== DEPLOYMENTS_FILE)
    .map((name) => ({ name, path: name.split(sep).join('/').slice(0, -'.json'.length) }))
    .filter(({ path }) => matchesGlob(path, filterGlob))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ name, path }) => ({ path, vector: deepFreeze(parseVector(readFileSync(join(directory, name), 'utf8'), path)) }));
}

/** Reads the deployments of the recording, deep-frozen; undefined when the directory has none. */
export function loadDeployments(directory: string = VECTORS_DIR): readonly Deployment[] | undefined {
  const file = join(directory, DEPLOYMENTS_FILE);
  if (!existsSync(file)) return undefined;
  const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!Array.isArray(parsed) || !parsed.every(isDeployment)) throw new Error(`${file}: expected a list of deployments`);
  return deepFreeze(parsed);
}

function parseVector(text: string, path: string): Vector {
  const parsed: unknown = JSON.parse(text);
  if (!isVector(parsed)) throw new Error(`${path}: not a vector: expected id, route, provider, tags, volatile and a client answer`);
  return parsed;
}

function isVector(value: unknown): value is Vector {
  return (
    isJsonRecord(value) &&
    typeof value['id'] === 'string' &&
    typeof value['route'] === 'string' &&
    typeof value['provider'] === 'string' &&
    Array.isArray(value['tags']) &&
    Array.isArray(value['volatile']) &&
    (isJsonRecord(value['client_response']) || isJsonRecord(value['client_stream']))
  );
}

function isDeployment(value: unknown): value is Deployment {
  return isJsonRecord(value) && typeof value['model_name'] === 'string' && isJsonRecord(value['litellm_params']);
}
