import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { EmbeddedProblem } from './problem.ts';

/** The user that PostgreSQL runs as; undefined: the gateway's own. */
export interface RunAs {
  readonly uid: number;
  readonly gid: number;
}

/** Users that systems have for such a purpose, the best one first. */
const NAMES = ['postgres', 'nobody'];
const ANYBODY_MAY_ENTER = 0o001;

/**
 * PostgreSQL refuses to run as root. Root therefore runs it as another user, who needs access to its programs and its data.
 *
 * in:     the folders that he needs.
 * errors: an EmbeddedProblem when there is no such user, or a folder on the way is closed to him.
 */
export function chooseUser(folders: readonly string[]): RunAs | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync('/etc/passwd', 'utf8').split('\n');
  const entry = NAMES.map((name) => users.find((line) => line.startsWith(`${name}:`))).find((line) => line !== undefined);
  const [name, , uid, gid] = entry?.split(':') ?? [];
  if (name === undefined || !isNumber(uid) || !isNumber(gid)) {
    throw new EmbeddedProblem('unavailable', `the database does not run as root, and there is no user ${NAMES.join(' or ')} to run it as`);
  }
  const runAs = { uid: Number(uid), gid: Number(gid) };
  const closed = folders.flatMap(parentsOf).find((folder) => !mayEnter(folder, runAs));
  if (closed === undefined) return runAs;
  throw new EmbeddedProblem(
    'unavailable',
    `the database does not run as root, and the user ${name} cannot reach it below ${closed}: choose another folder with --data, or start the gateway as another user`,
  );
}

function isNumber(text: string | undefined): text is string {
  return text !== undefined && /^\d+$/u.test(text);
}

function parentsOf(folder: string): readonly string[] {
  const path = resolve(folder);
  const parent = dirname(path);
  return parent === path ? [path] : [...parentsOf(parent), path];
}

function mayEnter(folder: string, { uid, gid }: RunAs): boolean {
  const stat = statSync(folder, { throwIfNoEntry: false });
  // What is not there yet is made by us.
  if (stat === undefined) return true;
  const bits = stat.uid === uid ? stat.mode >> 6 : stat.gid === gid ? stat.mode >> 3 : stat.mode;
  return (bits & ANYBODY_MAY_ENTER) !== 0;
}
