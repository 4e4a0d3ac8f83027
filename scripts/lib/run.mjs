import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, dirname } from 'node:path';
import { findNode } from './toolchain.mjs';

/** Runs a program on a Node that is new enough, in the caller's folder, and gives its exit code. Signals are passed on. */
export function runTool(args, { direct = false, env = {} } = {}) {
  const node = findNode();
  const path = [dirname(node), process.env.PATH].join(delimiter);
  const [program, ...rest] = direct ? args : [node, ...args];
  // The fourth channel carries nothing: its end tells the gateway that this process was killed.
  const stdio = direct ? 'inherit' : ['inherit', 'inherit', 'inherit', 'ipc'];
  const child = spawn(program, rest, { stdio, env: { ...process.env, PATH: path, ...env } });
  // A terminal sends Ctrl-C to the whole group; the gateway takes two interrupts within a moment for one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  onOrphaned(() => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}

/** Calls back when npm's shell has ended, which runs this and does not pass on the signal that npm sent to it. */
function onOrphaned(end) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const shell = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(timer);
    end();
  }, 500);
  timer.unref();
}

/** The same, and this process ends with it. */
export async function runToolAndExit(args, options) {
  process.exitCode = await runTool(args, options);
}
