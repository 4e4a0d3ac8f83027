import { resolve } from 'node:path';
import type { LoadedConfig } from '@stagegate/gateway-engine/config';
import { matchesPattern, type ActiveMigration } from '@stagegate/gateway-engine/cutover';
import { gateLines } from '../gates/gate-table.ts';
import { renderTable } from '@stagegate/parity/table';
import type { Wired } from '../wire.ts';
import type { MasterKey } from './master-key.ts';
import type { ServeOptions } from './options.ts';
import type { ReadConfig } from './read-config.ts';

/** A gateway that has begun to listen. */
export interface StartedGateway extends Pick<ReadConfig, 'file' | 'config'>, Pick<ServeOptions, 'host'> {
  readonly port: number;
  readonly masterKey: MasterKey;
  readonly wired: Wired;
  /** Its database as it is shown, without a password; undefined: there is none. */
  readonly database: string | undefined;
}

/** The text that is printed once the gateway listens. */
export function renderBanner({ file, config, host, port, masterKey, wired, database }: StartedGateway): string {
  return [
    `Stagegate serves ${file} on ${urlOf(host, port)}`,
    '',
    ...renderTable(['model', 'provider', ''], modelRows(config)),
    '',
    ...renderTable(['route', 'lane'], routeRows(wired)),
    '',
    ...movingLines(wired.active),
    `Database: ${database ?? 'none; the master key is the only key'}`,
    '',
    ...guardLines(config),
    ...recordLines(config),
    ...keyLines(masterKey),
    ...curlLines(config, urlOf(isEveryAddress(host) ? 'localhost' : host, port), masterKey),
  ].join('\n');
}

/** One line per path: its methods share a lane. Management routes are left out: there are many, and every lane has them all. */
function routeRows({ routes, active, onlyLane }: Wired): string[][] {
  const lanes = new Map<string, string>();
  for (const { id, kind, paths } of routes)
    if (kind !== 'managed') lanes.set(id, active === undefined ? (onlyLane ?? '') : wordLane(active, paths));
  return [...lanes];
}

function urlOf(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function isEveryAddress(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

function modelRows(config: LoadedConfig): string[][] {
  const served = config.deployments.map((deployment) => {
    const { modelGroup, provider, model, needs } = deployment;
    const guards = config.missing.flatMap((setting) => (setting.modelGroup === modelGroup ? [setting.name] : []));
    const remarks = [needs === undefined ? [] : `needs ${needs}`, guards.length === 0 ? [] : `left to the reference: ${guards.join(', ')}`];
    return [modelGroup, `${provider.id}/${model}`, remarks.flat().join('; ')];
  });
  const elsewhere = config.migration.referenceUrl === undefined ? 'not served' : 'left to the reference';
  const others = config.unserved.map(({ modelGroup, underlyingModel, why }) => [modelGroup, underlyingModel, `${elsewhere}: ${why}`]);
  const aliases = [...config.modelGroupAliases].map(([alias, group]) => [alias, `alias of ${group}`, '']);
  return [...served, ...others, ...aliases];
}

/** Guards for all calls leave every call to the reference. */
function guardLines({ missing }: LoadedConfig): string[] {
  const names = missing.flatMap(({ name, modelGroup }) => (modelGroup === undefined ? [name] : []));
  return names.length === 0 ? [] : [`Every call is left to the reference, which has what Stagegate has not: ${names.join(', ')}`, ''];
}

function recordLines({ record }: LoadedConfig): string[] {
  if (record === undefined) return [];
  const share = record.sample === 1 ? 'Every call is' : `${+(record.sample * 100).toFixed(4)} % of calls are`;
  return [`${share} recorded in ${record.dir}: stagegate record ls --records ${record.dir}`, ''];
}

function keyLines({ source, key, file }: MasterKey): string[] {
  if (source === 'made') return [`Master key (made now, kept in ${file}): ${key}`, ''];
  return source === 'kept' ? [`Master key: kept in ${file}`, ''] : [];
}

/** A call that works when pasted. The key is read from its file, which keeps it out of logs and shell histories. */
function curlLines(config: LoadedConfig, url: string, { source, file }: MasterKey): string[] {
  const ready = config.deployments.find(({ needs, modelGroup }) => needs === undefined && !modelGroup.includes('*'));
  if (config.deployments.length === 0) return ['No model is ready to be called: name one in model_list (config.example.yaml shows how).'];
  if (ready === undefined) return ['No model is ready to be called: set what the table says is needed.'];
  const key = source === 'configured' ? '$LITELLM_MASTER_KEY' : `$(cat '${resolve(file)}')`;
  const body = JSON.stringify({ model: ready.modelGroup, messages: [{ role: 'user', content: 'Hello!' }], stream: true });
  return [
    source === 'configured' ? 'Try it, with LITELLM_MASTER_KEY set to the key of your config:' : 'Try it:',
    `  curl -N ${url}/v1/chat/completions -H "Authorization: Bearer ${key}" -H 'Content-Type: application/json' -d '${body}'`,
  ];
}

/** How moving rules stand, so that a gate that holds one back is seen at once. */
function movingLines(active: ActiveMigration | undefined): string[] {
  const lines = active === undefined ? [] : gateLines(active);
  return lines.length === 0 ? [] : [...lines, ''];
}

/** Which rules the calls of a route may match, and where the others go. */
function wordLane({ rules, byDefault }: ActiveMigration, paths: readonly string[]): string {
  const words = rules
    .filter(({ rule: { match } }) => match.route === undefined || paths.some((path) => matchesPattern(match.route ?? '', path)))
    .map(({ rule, moves, stays, percent }) => {
      if (moves === undefined) return `${rule.name}: ${stays.lane}`;
      return percent < 100 ? `${rule.name}: ${moves.lane} for ${percent} %, else ${stays.lane}` : `${rule.name}: ${moves.lane}`;
    });
  return words.length === 0 ? byDefault.lane : `${words.join(', ')}, else ${byDefault.lane}`;
}
