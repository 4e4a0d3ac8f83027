import type { LoadedConfig } from '@stagegate/gateway-engine/config';
import { readRecords, type CallRecord } from '@stagegate/gateway-engine/record';
import { ACCEPTED_DIFFERENCES } from '../compare/accepted-differences.ts';
import { readAnswer, type CallFacts } from '../compare/call-facts.ts';
import { createRedactor, keepAll } from '../compare/redact.ts';
import { toMismatch } from '../compare/show-differences.ts';
import { parseStreamEvents } from '../compare/stream-events.ts';
import type { HttpLane } from '../lanes/lane-factory.ts';
import { startReferencePlayer } from '../reference/reference-player.ts';
import { compareSides, type PlayedLane, type SidesCompared } from '../replay/compare-record.ts';
import { toReplayCall, type ReplayCall } from '../replay/replay-call.ts';
import { toReplayConfig } from '../replay/replay-config.ts';
import { Replayer, type ReplayOptions } from '../replay/replay-records.ts';
import { compileRuleOf } from '../replay/rule-of.ts';
import { toRunRules } from '../replay/run-rules.ts';
import { describeMismatch } from '../verdict/cluster.ts';
import { surfaceOf, type Surface } from '../verdict/comparison.ts';
import type { Terminal } from './terminal.ts';

/** What `parity explain` was asked for, checked. */
export interface ExplainCommand {
  readonly id: string;
  readonly records: string;
  readonly config: LoadedConfig;
  readonly lanes: readonly HttpLane[];
  /** A Python that has LiteLLM, which then plays the call as well; undefined: it is not asked. */
  readonly referencePython: string | undefined;
  readonly showContent: boolean;
  /** Lanes' arguments that a test may break. */
  readonly parts?: ReplayOptions['parts'];
}

/** One step of a call's way: what each side did there. */
interface Step {
  readonly name: string;
  /** Differences of these surfaces belong to it; none: nothing can differ there. */
  readonly surfaces: readonly Surface[];
  readonly tell: (facts: CallFacts | undefined) => string;
}

const BODY_CHARS_MAX = 60;

/**
 * Shows a record's way through the lanes, step by step, and the first place where two sides part.
 *
 * out:    exit code 0 when no two sides part, 1 when they do.
 * errors: throws with one line for a person when there is no such record, or it cannot be played.
 */
export async function runExplain(command: ExplainCommand, terminal: Terminal): Promise<number> {
  const record = await findRecord(command.records, command.id);
  const call = await toReplayCall(record);
  if (typeof call === 'string') throw new Error(`${command.id} cannot be replayed: ${call}`);
  const config = toReplayConfig(command.config);
  const rules = toRunRules(command.config, command.lanes, undefined);
  const name = await compileRuleOf(config)(call);
  const rule = rules.find((one) => one.name === name);
  if (rule === undefined) throw new Error(`${command.id}: no rule ${name}`);
  const replayer = new Replayer({
    config,
    rules,
    accepted: ACCEPTED_DIFFERENCES,
    noiseShare: 0,
    showContent: command.showContent,
    ...(command.parts !== undefined && { parts: command.parts }),
  });
  const { referencePython: python } = command;
  const player = python === undefined ? undefined : await startReferencePlayer(python, config);
  try {
    const unplayable = player?.whyNot(call);
    if (unplayable !== undefined) throw new Error(`${command.id} is not for LiteLLM: ${unplayable}`);
    // Whatever the rule's own lanes are: those that were asked for.
    const lanes = await replayer.play({ ...rule, serving: command.lanes[0] ?? rule.serving, candidates: command.lanes }, call);
    const reference = await player?.play(call);
    const compared = compareSides(call, { lanes, reference });
    const shown = reference === undefined ? lanes : [{ lane: 'reference', played: reference }, ...lanes];
    terminal.out(
      `${[...describeCall(call, name), '', ...describeSteps(call, shown, compared), '', ...describeParting(compared, command)].join('\n')}\n`,
    );
    return compared.some(({ differences }) => differences.length > 0) ? 1 : 0;
  } finally {
    await player?.close();
    await replayer.close();
  }
}

async function findRecord(records: string, id: string): Promise<CallRecord> {
  const found: CallRecord[] = [];
  for await (const record of readRecords(records)) {
    if (record.id === id) return record;
    if (record.id.startsWith(id) && found.length < 2) found.push(record);
  }
  const [record, another] = found;
  if (record === undefined) throw new Error(`no record in ${records} has an id that begins with ${id}`);
  if (another !== undefined) throw new Error(`more than one record in ${records} has an id that begins with ${id}`);
  return record;
}

function describeCall({ record, body }: ReplayCall, rule: string): readonly string[] {
  const { client, lane, startedMs, deployment, attempts } = record;
  const served = deployment === undefined ? 'no deployment' : `${deployment.modelGroup} → ${deployment.provider}/${deployment.model}`;
  return [
    `record ${record.id}, ${new Date(startedMs).toISOString()}, recorded in lane ${lane}`,
    `  client    ${client.method} ${client.path}, ${body.length} bytes`,
    `  rule      ${rule}`,
    `  deployment ${served}`,
    `  provider  ${attempts.length === 0 ? 'nothing was sent' : attempts.map(describeAttempt).join('; ')}`,
  ];
}

function describeAttempt({ answer, failure }: CallRecord['attempts'][number]): string {
  if (answer === undefined) return failure?.kind ?? 'no answer';
  const end = failure === undefined ? '' : `, then ${failure.kind}`;
  return `${answer.status} in ${answer.pieces.length} pieces${end}`;
}

const STEPS: readonly Step[] = [
  { name: 'outbound request', surfaces: ['request'], tell: describeSent },
  { name: 'status', surfaces: ['status'], tell: (facts) => (facts === undefined ? 'no answer' : String(facts.status)) },
  { name: 'headers', surfaces: ['headers'], tell: (facts) => `${Object.keys(facts?.headers ?? {}).length} headers` },
  { name: 'answer', surfaces: ['answer', 'bug'], tell: describeAnswer },
  { name: 'side effects', surfaces: ['effects'], tell: describeEffects },
];

function describeSteps(call: ReplayCall, lanes: readonly PlayedLane[], compared: readonly SidesCompared[]): readonly string[] {
  const rows = STEPS.map(({ name, surfaces, tell }) => [
    name,
    tell(call.facts),
    ...lanes.map(({ lane, played }) => `${marks(compared, lane, surfaces)} ${tell(played.facts)}`),
  ]);
  const all = [['step', 'record', ...lanes.map(({ lane }) => lane)], ...rows];
  const widths = (all[0] ?? []).map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
}

/** `=` the same as the record, `≠` not; `≠≠` not the same as the first lane, or as LiteLLM, either. */
function marks(compared: readonly SidesCompared[], lane: string, surfaces: readonly Surface[]): string {
  const differs = (sides: SidesCompared): boolean => sides.differences.some(({ path }) => surfaces.includes(surfaceOf(path)));
  const withRecord = compared.some((sides) => (sides.sides === lane || sides.sides === `${lane}/record`) && differs(sides));
  const withFirst = compared.some((sides) => sides.sides.endsWith(`/${lane}`) && differs(sides));
  return withRecord || withFirst ? (withRecord && withFirst ? '≠≠' : '≠') : '=';
}

/** In the order of a call's way, the first difference; then how many there are. */
function describeParting(compared: readonly SidesCompared[], { showContent }: ExplainCommand): readonly string[] {
  const redact = showContent ? keepAll : createRedactor();
  for (const { name, surfaces } of STEPS) {
    for (const { sides, differences } of compared) {
      const first = differences.find(({ path }) => surfaces.includes(surfaceOf(path)));
      if (first === undefined) continue;
      const total = compared.reduce((sum, one) => sum + one.differences.length, 0);
      return [`They part at: ${name}`, `  ${describeMismatch(toMismatch(first, sides, redact))}`, `  ${total} differences in all`];
    }
  }
  return ['They do not part.'];
}

function describeSent(facts: CallFacts | undefined): string {
  const sent = facts?.sent;
  if (sent === undefined) return 'not seen';
  return sent.length === 0 ? 'nothing' : sent.map(({ method, path, body }) => `${method} ${path} ${body.length} chars`).join('; ');
}

function describeAnswer(facts: CallFacts | undefined): string {
  if (facts === undefined) return 'no answer';
  const answer = readAnswer(facts);
  return answer.kind === 'stream' ? `${parseStreamEvents(answer.text).length} events` : `${answer.kind}, ${facts.body.length} chars`;
}

function describeEffects(facts: CallFacts | undefined): string {
  const text = JSON.stringify(facts?.effects ?? {});
  return text.length > BODY_CHARS_MAX ? `${text.slice(0, BODY_CHARS_MAX)}…` : text;
}
