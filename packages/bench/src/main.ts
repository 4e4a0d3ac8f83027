import { parseArgs } from 'node:util';
import { GATEWAYS, PEERS, RECORDING_PAIR } from './gateways/names.ts';
import { measureAborts } from './measure/aborts.ts';
import { measureFloor, type FloorOptions } from './measure/floor.ts';
import { measureKeys } from './measure/keys.ts';
import { measureMicro } from './measure/micro.ts';
import { measureOutage } from './measure/outage.ts';
import { measureRedis } from './measure/redis.ts';
import { measureRouting } from './measure/routing.ts';
import type { SidesOptions } from './measure/sides.ts';
import { measureGrowth } from './micro/growth.ts';
import { makePairs } from './micro/pairs.ts';
import { reportAborts } from './report/abort-report.ts';
import { reportFloor, reportPeers } from './report/floor-report.ts';
import { reportKeys } from './report/keys-report.ts';
import { reportMicro } from './report/micro-report.ts';
import { reportOutage } from './report/outage-report.ts';
import { reportRedis } from './report/redis-report.ts';
import { reportRecord } from './report/record-report.ts';
import { reportRouting } from './report/routing-report.ts';
import { writeSection } from './report/write-section.ts';

const USAGE = `usage: pnpm bench WHAT [options]

  floor    a bare relay, both shells, front and the reference lane: requests, latency, CPU and memory
           [--rounds N] [--connections N] [--chats N] [--streams N] [--only NAME,…]
  peers    LiteLLM itself and Portkey's gateway beside ours   [--rounds N] [--connections N] [--chats N] [--streams N] [--only NAME,…]
  record   what recording costs, of a virtual key's calls and of those without a database   [--rounds N] [--connections N] [--chats N] [--streams N]
  keys     what a virtual key costs, 100,000 of them, and the memory   [--rounds PAIRS] [--connections N] [--chats N]
  abort    how soon a provider hears that the client went away   [--calls N] [--only NAME,…]
  micro    core against JSON.parse and JSON.stringify, pair by pair   [--repetitions N] [--only TEXT]
  routing  of micro, what chooses a deployment; and what routing adds to a whole call   [--repetitions N] [--rounds PAIRS] [--chats N]
  redis    what a call waits longer while Redis is away   [--rounds PAIRS] [--chats N]
  outage   every provider down under load, for a minute   [--only NAME,…]

With --quick less is measured, unless figures are given, and nothing is written to RESULTS.md.
Exit: 0 when every goal is reached, 1 when one is missed, 2 for a wrong command line.
`;

const EVERYTHING = GATEWAYS.join(',');
const { positionals, values } = readArguments();

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const command = ['pnpm bench', ...process.argv.slice(2)].join(' ');
const only = GATEWAYS.filter((name) => values.only.split(',').includes(name));

switch (values.help ? 'help' : positionals[0]) {
  case 'floor': {
    const { figures, flags } = await measureFloor({ ...loadOf({ rounds: 3, chats: 30_000, streams: 8_000 }), only }, say);
    finish('Floor', flags, reportFloor(figures));
    break;
  }
  case 'peers': {
    const peers = PEERS.filter((name) => values.only === EVERYTHING || values.only.split(',').includes(name));
    const { figures, flags } = await measureFloor({ ...loadOf({ rounds: 3, chats: 30_000, streams: 8_000 }), only: peers }, say);
    finish('Peers', flags, reportPeers(figures));
    break;
  }
  case 'record': {
    const load = loadOf({ rounds: 2, chats: 40_000, streams: 10_000 });
    const keyed = await measureFloor({ ...load, only: RECORDING_PAIR, keys: 10 }, say);
    const bare = await measureFloor({ ...load, only: RECORDING_PAIR }, say);
    finish('Record', bare.flags, reportRecord({ keyed: keyed.figures, bare: bare.figures }));
    break;
  }
  case 'keys': {
    const { figures, flags } = await measureKeys({ ...sidesOf(), keys: values.quick ? 10_000 : 100_000 }, say);
    finish('Keys', flags, reportKeys(figures));
    break;
  }
  case 'abort': {
    const { figures, flags } = await measureAborts({ calls: values.quick ? 20 : +values.calls, only }, say);
    finish('Abort', flags, reportAborts(figures));
    break;
  }
  case 'outage': {
    const options = { callsPerSecond: 200, downSeconds: values.quick ? 10 : 60, only };
    const { figures, flags } = await measureOutage(options, say);
    finish('Outage', flags, reportOutage(figures));
    break;
  }
  case 'redis': {
    // One call at a time: what is asked for is what a call waits for, not for the calls before it.
    const { figures, flags } = await measureRedis({ ...sidesOf(), connections: 1 });
    finish('Redis', flags, reportRedis(figures));
    break;
  }
  case 'routing': {
    const whole = await measureRouting(sidesOf());
    const [choice, added] = [await micro('route'), reportRouting(whole.figures)];
    finish('Routing', whole.flags, { text: `${choice.text}\n\n${added.text}`, reached: choice.reached && added.reached });
    break;
  }
  case 'micro': {
    const { flags, ...report } = await micro(only.length === GATEWAYS.length ? '' : values.only);
    finish('Micro', flags, report);
    break;
  }
  default:
    (values.help ? process.stdout : process.stderr).write(USAGE);
    process.exitCode = values.help ? 0 : 2;
}

/** How much is driven: what the command line says, else as usual. */
function loadOf(usual: Pick<FloorOptions, 'rounds' | 'chats' | 'streams'>): Omit<FloorOptions, 'only'> {
  const { rounds, chats, streams } = values.quick ? { rounds: 1, chats: 10_000, streams: 2_500 } : usual;
  return {
    rounds: Number(values.rounds ?? rounds),
    chats: Number(values.chats ?? chats),
    streams: Number(values.streams ?? streams),
    connections: +values.connections,
  };
}

/** The same of what is measured side by side. */
function sidesOf(): SidesOptions {
  const { pairs, chats } = values.quick ? { pairs: 7, chats: 2_000 } : { pairs: 9, chats: 10_000 };
  return { pairs: Number(values.rounds ?? pairs), chats: Number(values.chats ?? chats), connections: +values.connections };
}

/** Of micro, the pairs whose id holds a text; of all of them, growth too. */
async function micro(part: string): Promise<{ readonly flags: readonly string[]; readonly text: string; readonly reached: boolean }> {
  const patience = values.quick ? { warmUpMs: 200, batchMs: 10, rounds: 15 } : { warmUpMs: 800, batchMs: 20, rounds: 25 };
  const { figures, flags } = await measureMicro({ repetitions: values.quick ? 3 : +values.repetitions, patience, only: part }, say);
  const pairs = makePairs().filter(({ id }) => id.includes(part));
  return { flags, ...reportMicro(pairs, figures, part === '' ? measureGrowth(values.quick ? 3 : 7) : []) };
}

function finish(name: string, flags: readonly string[], { text, reached }: { readonly text: string; readonly reached: boolean }): void {
  say(`\n${text}`);
  if (!values.quick) writeSection(name, { command, flags }, text);
  process.exitCode = reached ? 0 : 1;
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        rounds: { type: 'string' },
        connections: { type: 'string', default: '50' },
        chats: { type: 'string' },
        streams: { type: 'string' },
        repetitions: { type: 'string', default: '5' },
        calls: { type: 'string', default: '200' },
        only: { type: 'string', default: EVERYTHING },
        help: { type: 'boolean', short: 'h', default: false },
        quick: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exit(2);
  }
}
