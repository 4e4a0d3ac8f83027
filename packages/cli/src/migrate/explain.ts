import type { Environment } from '@stagegate/gateway-engine/config';
import {
  describeCall,
  explainLane,
  HeaderCaller,
  type CallFacts,
  type CallToExplain,
  type ExplainedChoice,
  type ExplainedRule,
} from '@stagegate/gateway-engine/cutover';
import { bytesOf } from '@stagegate/gateway-engine/record';
import { compileFindResponse, compileModels, createResponseSeals } from '@stagegate/gateway-engine/routing';
import { readRecord } from '../record/read-folder.ts';
import { renderTable } from '@stagegate/parity/table';
import { openContext, print, type MigrateOptions } from './context.ts';
import { readCurl } from './curl.ts';
import { wordMatch, wordStanding } from './status.ts';

/** Options of `stagegate migrate explain`. */
export interface ExplainOptions extends MigrateOptions {
  /** The id of a record, or a prefix of it. */
  readonly record?: string;
  /** The folder with the records. */
  readonly records: string;
}

/** `stagegate migrate explain …`: rule by rule, which lane would serve a request and why. Sends nothing. */
export async function explainCall(words: readonly string[], options: ExplainOptions, env: Environment): Promise<void> {
  const { config, active, file, warnings } = openContext(options, env);
  const call =
    options.record === undefined ? await fromCurl(words, config.keyHeaderName) : await fromRecord(options.record, options.records);
  const findResponse = compileFindResponse(config, createResponseSeals(config.saltKey ?? config.masterKey));
  const facts = await describeCall(call, { findDeployments: compileModels(config), findResponse, referenceOnly: config.referenceOnly });
  const explained = explainLane(active, facts);
  print(options.json, toJson(facts, explained), () => [
    ...warnings.map((warning) => `warning: ${warning}`),
    `${call.method} ${call.path}: ${wordCall(facts)}`,
    '',
    ...renderTable(
      ['', `rule of ${file}`, 'fits', 'would serve', 'why', 'match'],
      explained.rules.map((rule, at) => toRow(rule, at)),
    ),
    '',
    `Lane ${explained.choice.lane}, rule ${explained.choice.rule}: ${explained.choice.why}`,
  ]);
}

async function fromCurl(words: readonly string[], keyHeaderName: string | undefined): Promise<CallToExplain> {
  const { method, path, headers, body } = await readCurl(words);
  const header = (name: string): string | undefined => headers[name];
  return { method, path, header, body, caller: new HeaderCaller(header, keyHeaderName) };
}

async function fromRecord(id: string, folder: string): Promise<CallToExplain> {
  const { client, caller } = await readRecord(folder, id);
  const { method, path, headers, body } = client;
  const header = (name: string): string | undefined => headers[name];
  const own = new HeaderCaller(header, undefined);
  const known = { key: () => undefined, keyHash: () => caller.keyHash, team: () => caller.teamId, session: () => own.session() };
  return { method, path, header, body: bytesOf(body) ?? new Uint8Array(0), caller: known };
}

function wordCall({ body, routeKnown }: CallFacts): string {
  if (!routeKnown) return 'no route of models';
  if (body.kind === 'unusable') return body.why;
  if (body.kind !== 'read') return 'no body';
  const model = body.model === undefined ? 'no model' : `model ${body.model}`;
  const providers = body.providers.length === 0 ? '(not in the config)' : `of ${[...new Set(body.providers)].join(', ')}`;
  return `${model} ${body.model === undefined ? '' : providers}, ${body.stream ? 'stream' : 'no stream'}`;
}

function toRow({ rule, miss, choice, bucket }: ExplainedRule, at: number): string[] {
  const [asked, inForce] = wordStanding(rule.standing);
  const stands = rule.standing === undefined || asked === inForce ? choice.why : `${choice.why} (${asked} is asked for)`;
  const place = bucket === undefined ? stands : `${stands}: the caller is at ${bucket.toFixed(1)} of 100, ${rule.percent} are inside`;
  return [
    String(at + 1),
    rule.rule.name,
    miss === undefined ? 'yes' : `no, ${miss}`,
    miss === undefined ? choice.lane : '',
    miss === undefined ? place : '',
    wordMatch(rule.rule.match),
  ];
}

function toJson(facts: CallFacts, { rules, choice }: ExplainedChoice): unknown {
  const { paths, routeKnown, guards, body } = facts;
  return {
    call: { paths, routeKnown, guards, body },
    rules: rules.map(({ rule, miss, choice: own, bucket }) => ({
      name: rule.rule.name,
      miss: miss ?? null,
      choice: own,
      bucket: bucket ?? null,
    })),
    choice,
  };
}
