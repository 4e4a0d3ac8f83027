import type { JsonValue } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import { findFactRow, type FactRow } from '../../facts/fact-table.ts';
import { stripBedrock } from '../../facts/model-names.ts';

const ROUTES = ['bedrock/', 'chat_completions/', 'converse/', 'invoke/', 'converse_like/'] as const;
const REGION_PATH = /^([a-z]{2}(?:-[a-z]+)+-\d)\/(.+)$/u;
const REGION = /^[a-z]{2}(?:-[a-z]+)+-\d$/u;
const ARN = /arn:aws(?:-[a-z0-9-]+)?:bedrock/u;
const REGION_DEFAULT = 'us-west-2';

/** DNS suffixes of AWS's other partitions, by the prefix of their regions. Source: LiteLLM 1.106.2, aws_partition.py, read 2026-11-23. */
const DNS_SUFFIXES: readonly (readonly [prefix: string, suffix: string])[] = [
  ['cn-', 'amazonaws.com.cn'],
  ['us-isob-', 'sc2s.sgov.gov'],
  ['us-isof-', 'csp.hci.ic.gov'],
  ['us-iso-', 'c2s.ic.gov'],
  ['eu-isoe-', 'cloud.adc-e.uk'],
];

/** A model's name as the deployment writes it, without the prefix that only chooses an API (`converse/`, `invoke/`). */
export function withoutRoute(model: string): string {
  let name = model;
  for (const route of ROUTES) if (name.startsWith(route)) name = name.slice(route.length);
  return name;
}

/** The model's own name, without region, inference profile, throughput and ARN; it tells the family. */
export function baseModel({ model }: Plan): string {
  return stripBedrock(withoutRoute(model));
}

/** Whether the model is one of Anthropic's. */
export function isClaude(plan: Plan): boolean {
  return baseModel(plan).startsWith('anthropic');
}

/** Whether the name does not tell which model it is, so that any parameter may be right. */
export function isOpaque({ model }: Plan): boolean {
  return model.includes('arn');
}

/** The table's rows for the model's full name and for its base name: some facts are only in one of them. */
export function modelRows(plan: Plan): readonly FactRow[] {
  const names = [withoutRoute(plan.model), baseModel(plan)];
  return names.flatMap((name) => findFactRow(name) ?? []);
}

/**
 * The model's part of the URL.
 *
 * in:  `model_id`, which a deployment sets if the id differs from the model's name (an ARN); else the model's name.
 * out: not yet encoded.
 */
export function urlModel(plan: Plan, modelId: JsonValue | undefined): string {
  if (typeof modelId === 'string' && modelId !== '') return modelId;
  const name = withoutRoute(plan.model);
  const bare = REGION_PATH.exec(name)?.[2] ?? name;
  return bare.replace(/^nova(?:-2)?\//u, '');
}

/**
 * The AWS region for a call: the deployment's own, else the prefix of its model's name, its ARN's, the environment's, or AWS's first.
 *
 * source: LiteLLM 1.106.2, llms/bedrock/base_aws_llm.py `_get_aws_region_name`, read 2026-11-23.
 */
export function regionOf({ model, settings }: Plan): string {
  const { aws_region_name: own, region_name: named, default_region: ambient } = settings.options;
  const fromPath = REGION_PATH.exec(withoutRoute(model))?.[1];
  const fromArn = ARN.test(model) ? model.split(':')[3] : undefined;
  const candidates = [own, named, fromPath, fromArn, ambient];
  return candidates.find((region) => typeof region === 'string' && REGION.test(region))?.toString() ?? REGION_DEFAULT;
}

/** The default URL of a region's runtime, if neither deployment nor environment sets one. */
export function runtimeUrl(region: string): string {
  const suffix = DNS_SUFFIXES.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'amazonaws.com';
  return `https://bedrock-runtime.${region}.${suffix}`;
}

/** Percent-encodes everything except letters, digits and `-._~`. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/gu, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
