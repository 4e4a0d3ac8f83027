import type { RunningGateway } from '../gateways/start-gateway.ts';
import { callOf, CELLS } from './cells.ts';
import type { Stand } from './on-stand.ts';
import { cpuMicroseconds } from './read-proc.ts';
import { rotate } from './rotate.ts';

/** How much is measured of each side. */
export interface SidesOptions {
  readonly pairs: number;
  readonly connections: number;
  /** Of each side in each pair. */
  readonly chats: number;
}

/** One of the things that are compared: a gateway, and who asks it. */
export interface Side {
  readonly gateway: RunningGateway;
  /** The master key's, unless another is said. */
  readonly authorization?: string;
}

/** CPU microseconds of one call, and the time that 99 of 100 took at most, side by side and pair by pair; and how many calls had an error. */
export interface SidesFigures<Name extends string> {
  readonly cpu: Readonly<Record<Name, readonly number[]>>;
  /** Milliseconds. */
  readonly p99: Readonly<Record<Name, readonly number[]>>;
  readonly errors: number;
}

const WARM_UP_SHARE = 0.5;

/** Asks every side for chats in turn, pair after pair, each time in another order; what warms them up does not count. */
export async function measureSides<Name extends string>(
  { drive }: Stand,
  sides: Readonly<Record<Name, Side>>,
  { pairs, connections, chats }: SidesOptions,
): Promise<SidesFigures<Name>> {
  const [cell] = CELLS;
  if (cell === undefined) throw new Error('there is no cell');
  const names = Object.keys(sides) as Name[];
  const none = (): Record<Name, number[]> => Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  const [cpu, p99] = [none(), none()];
  let errors = 0;
  const run = async (name: Name, share: number): Promise<{ readonly cpu: number; readonly p99: number }> => {
    const call = callOf(cell);
    const { gateway, authorization = call.authorization } = sides[name];
    const before = cpuMicroseconds(gateway.pid);
    const job = { ...call, authorization, port: gateway.port, body: cell.body, connections, requests: Math.ceil(chats * share) };
    const result = await drive(job);
    errors += result.errors;
    return { cpu: (cpuMicroseconds(gateway.pid) - before) / result.completed, p99: result.latency.p99 };
  };
  for (const name of [...names, ...names]) await run(name, WARM_UP_SHARE);
  for (let pair = 0; pair < pairs; pair += 1) {
    for (const name of rotate(names, pair)) {
      const figures = await run(name, 1);
      cpu[name].push(figures.cpu);
      p99[name].push(figures.p99);
    }
  }
  return { cpu, p99, errors };
}
