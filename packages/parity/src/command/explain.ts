import type { LoadedConfig } from '@stagegate/gateway-engine/config';
import { createRedactor, keepAll } from '../compare/redact.ts';
import type { HttpLane } from '../lanes/lane-factory.ts';
import { findRecord } from '../records/find-record.ts';
import { sharedAccepted } from '../reference/accepted.ts';
import { startReferencePlayer } from '../reference/reference-player.ts';
import { readAccepted } from '../replay/accepted-file.ts';
import { toReplayCall } from '../replay/replay-call.ts';
import { toReplayConfig, wordUnset } from '../replay/replay-config.ts';
import { Replayer, type ReplayOptions } from '../replay/replay-records.ts';
import { compileRuleOf } from '../replay/rule-of.ts';
import { toRunRules } from '../replay/run-rules.ts';
import { explainPlayed, toJson, toLines } from './explained-call.ts';
import type { Terminal } from './terminal.ts';

/** What `parity explain` was asked for, checked. */
export interface ExplainCommand {
  readonly id: string;
  readonly records: string;
  readonly config: LoadedConfig;
  readonly lanes: readonly HttpLane[];
  /** A Python that has LiteLLM, which then plays the call as well; undefined: it is not asked. */
  readonly referencePython: string | undefined;
  /** Differences of one's own that are accepted. */
  readonly acceptedFile?: string | undefined;
  readonly showContent: boolean;
  /** Prints JSON instead of words. */
  readonly json?: boolean;
  /** Lanes' arguments that a test may break. */
  readonly parts?: ReplayOptions['parts'];
}

/**
 * Shows a record's way through the lanes, step by step, and the places where two sides part, the first one first.
 *
 * out:    exit code 0 when no two sides part beyond what is accepted, 1 when they do; 3 when they do not, and a lane declined the call.
 * errors: throws with one line for a person when there is no such record, or it cannot be played.
 */
export async function runExplain(command: ExplainCommand, terminal: Terminal): Promise<number> {
  const record = await findRecord(command.records, command.id);
  if (typeof record === 'string') throw new Error(record);
  const call = await toReplayCall(record);
  if (typeof call === 'string') throw new Error(`${command.id} cannot be replayed: ${call}`);
  for (const line of wordUnset(command.config)) terminal.error(`${line}\n`);
  const config = toReplayConfig(command.config);
  const rules = toRunRules(command.config, command.lanes, undefined);
  const name = await compileRuleOf(config)(call);
  const rule = rules.find((one) => one.name === name);
  if (rule === undefined) throw new Error(`${command.id}: no rule ${name}`);
  const accepted = [...sharedAccepted(command.referencePython), ...readAccepted(command.acceptedFile)];
  const replayer = new Replayer({
    config,
    rules,
    accepted,
    noiseShare: 0,
    showContent: command.showContent,
    ...(command.parts !== undefined && { parts: command.parts }),
  });
  const { referencePython: python } = command;
  const player = python === undefined ? undefined : await startReferencePlayer(python, config);
  try {
    const unknown = replayer.whyUnknown(record);
    if (unknown !== undefined) throw new Error(`${command.id} cannot be replayed: ${unknown}`);
    const unplayable = player?.whyNot(call);
    if (unplayable !== undefined) throw new Error(`${command.id} is not for LiteLLM: ${unplayable}`);
    // Whatever the rule's own lanes are: those that were asked for.
    const lanes = await replayer.play({ ...rule, serving: command.lanes[0] ?? rule.serving, candidates: command.lanes }, call);
    const reference = await player?.play(call);
    const redact = command.showContent ? keepAll : createRedactor();
    const explained = explainPlayed(call, name, { lanes, reference }, accepted, redact);
    const { declined, places } = explained;
    const lines = (): readonly string[] => toLines(explained, command.showContent);
    terminal.out(`${command.json === true ? JSON.stringify(toJson(explained), undefined, 2) : lines().join('\n')}\n`);
    return places.length > 0 ? 1 : declined.length > 0 ? 3 : 0;
  } finally {
    await player?.close();
    await replayer.close();
  }
}
