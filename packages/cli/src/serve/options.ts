import type { Environment } from '@stagegate/gateway-engine/config';
import { Exit } from './exit.ts';

/** Which proxy is served: the front with every lane behind it, or one shell alone. */
export type ShellName = 'front' | 'hono' | 'legacy';

/** The options of `serve`, checked. */
export interface ServeOptions {
  /** Undefined: `config.yaml`, else `config.example.yaml`. */
  readonly config: string | undefined;
  readonly shell: ShellName;
  /** For shell `legacy`. */
  readonly stage: 1 | 2;
  readonly host: string;
  readonly port: number;
  readonly data: string;
  /** False: no database; the master key is the only key, and nothing is stored. */
  readonly db: boolean;
  readonly acceptMissing: readonly string[];
  /** How long running calls may take to end after a signal to stop; then they are cut. */
  readonly drainSeconds: number;
}

/** The options as the command line has them. */
export interface RawServeOptions {
  readonly config?: string;
  readonly shell: string;
  readonly stage?: string;
  readonly host: string;
  readonly port?: string;
  readonly data: string;
  readonly db: boolean;
  readonly acceptMissing?: string;
  readonly drainSeconds: string;
}

const SHELLS: readonly ShellName[] = ['front', 'hono', 'legacy'];
const DEFAULT_PORT = '4000';
/** Node's timers know no more. */
const SECONDS_MAX = Math.floor((2 ** 31 - 1) / 1000);

/** Checks the command line. The port may also come from `PORT`. Throws Exit for impossible options. */
export function readServeOptions(raw: RawServeOptions, env: Environment): ServeOptions {
  const shell = SHELLS.find((name) => name === raw.shell);
  if (shell === undefined) throw new Exit(2, `--shell: expected ${SHELLS.join(', ')}, found "${raw.shell}"`);
  if (raw.stage !== undefined && shell !== 'legacy') throw new Exit(2, '--stage: only goes with --shell legacy');
  if (raw.stage !== undefined && raw.stage !== '1' && raw.stage !== '2')
    throw new Exit(2, `--stage: expected 1 or 2, found "${raw.stage}"`);
  return {
    config: raw.config,
    shell,
    stage: raw.stage === '1' ? 1 : 2,
    host: raw.host,
    port: readPort(raw.port ?? env['PORT'] ?? DEFAULT_PORT, raw.port === undefined ? 'PORT' : '--port'),
    data: raw.data,
    db: raw.db,
    acceptMissing: (raw.acceptMissing ?? '').split(',').filter((name) => name !== ''),
    drainSeconds: readSeconds(raw.drainSeconds),
  };
}

function readSeconds(text: string): number {
  const seconds = Number(text);
  if (/^\d+(?:\.\d+)?$/u.test(text) && seconds <= SECONDS_MAX) return seconds;
  throw new Exit(2, `--drain-seconds: expected a number from 0 to ${SECONDS_MAX}, found "${text}"`);
}

function readPort(text: string, source: string): number {
  const port = Number(text);
  if (!/^\d+$/u.test(text) || port > 65_535) throw new Exit(2, `${source}: expected a port from 0 to 65535, found "${text}"`);
  return port;
}

/** Whether only this machine can reach a host. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/u.test(host);
}
