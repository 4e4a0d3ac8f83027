import { resolve } from 'node:path';
import type { LoadedConfig } from '@stagegate/gateway-engine/config';
import { matchesPattern } from '@stagegate/gateway-engine/cutover';
import type { Wired } from '../wire.ts';
import type { MasterKey } from './master-key.ts';
import type { ServeOptions } from './options.ts';
import type { ReadConfig } from './read-config.ts';

/** What is printed once the gateway listens. */
export function renderBanner(read: ReadConfig, { host }: ServeOptions, port: number, masterKey: MasterKey, proxy: Wired): string {
  const { config } = read;
  return [
    `Stagegate serves ${read.file} on ${urlOf(host, port)}`,
    '',
    ...renderTable(['model', 'provider', ''], modelRows(config)),
    '',
    ...renderTable(
      ['route', 'lane'],
      proxy.routes.map(({ id, paths }) => [id, proxy.onlyLane ?? wordLane(config, paths)]),
    ),
    '',
    ...guardLines(config),
    ...keyLines(masterKey),
    ...curlLines(config, urlOf(isEveryAddress(host) ? 'localhost' : host, port), masterKey),
  ].join('\n');
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

/** Guards that hold for every call leave every call to the reference. */
function guardLines({ missing }: LoadedConfig): string[] {
  const names = missing.flatMap(({ name, modelGroup }) => (modelGroup === undefined ? [name] : []));
  return names.length === 0 ? [] : [`Every call is left to the reference, which has what Stagegate has not: ${names.join(', ')}`, ''];
}

/** Columns padded to their widest cell; `(none)` without rows. */
function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [`${head[0] ?? ''}: (none)`];
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
}

function keyLines({ source, key, file }: MasterKey): string[] {
  if (source === 'made') return [`Master key (made now, kept in ${file}): ${key}`, ''];
  return source === 'kept' ? [`Master key: kept in ${file}`, ''] : [];
}

/** A call that works when pasted: the key is read from where it lies, so that it stays out of logs and shell histories. */
function curlLines(config: LoadedConfig, url: string, { source, file }: MasterKey): string[] {
  const ready = config.deployments.find(({ needs, modelGroup }) => needs === undefined && !modelGroup.includes('*'));
  if (ready === undefined) return ['No model is ready to be called: set what the table says is needed.'];
  const key = source === 'configured' ? '$LITELLM_MASTER_KEY' : `$(cat '${resolve(file)}')`;
  const body = JSON.stringify({ model: ready.modelGroup, messages: [{ role: 'user', content: 'Hello!' }], stream: true });
  return [
    source === 'configured' ? 'Try it, with LITELLM_MASTER_KEY set to the key of your config:' : 'Try it:',
    `  curl -N ${url}/v1/chat/completions -H "Authorization: Bearer ${key}" -H 'Content-Type: application/json' -d '${body}'`,
  ];
}

/** Which rules a route's calls may meet, and where the others go. */
function wordLane({ migration: { rules, defaultLane } }: LoadedConfig, paths: readonly string[]): string {
  const words = rules
    .filter(({ match: { route } }) => route === undefined || paths.some((path) => matchesPattern(route, path)))
    .map(({ name, lane, candidate }) => `${name}: ${candidate?.mode === 'on' ? candidate.lane : lane}`);
  return words.length === 0 ? defaultLane : `${words.join(', ')}, else ${defaultLane}`;
}
