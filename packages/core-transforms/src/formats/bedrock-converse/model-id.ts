import type { JsonValue } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import { findFactRow, type FactRow } from '../../facts/fact-table.ts';
import { stripBedrock } from '../../facts/model-names.ts';

const ROUTES = ['bedrock/', 'chat_completions/', 'converse/', 'invoke/', 'converse_like/'] as const;
const REGION_PATH = /^([a-z]{2}(?:-[a-z]+)+-\d)\/(.+)$/u;
const REGION = /^[a-z]{2}(?:-[a-z]+)+-\d$/u;
const ARN = /arn:aws(?:-[a-z0-9-]+)?:bedrock/u;
const REGION_DEFAULT = 'us-west-2';

/** DNS suffixes of AWS's other partitions, by how their regions begin. Source: LiteLLM 1.106.2, aws_partition.py, read 2026-11-23. */
const DNS_SUFFIXES: readonly (readonly [prefix: string, suffix: string])[] = [
  ['cn-', 'amazonaws.com.cn'],
  ['us-isob-', 'sc2s.sgov.gov'],
  ['us-isof-', 'csp.hci.ic.gov'],
  ['us-iso-', 'c2s.ic.gov'],
  ['eu-isoe-', 'cloud.adc-e.uk'],
];

/** A model's name as the deployment writes it, without the words that only choose a way to it (`converse/`, `invoke/`). */
export function withoutRoute(model: string): string {
  let name = model;
  for (const route of ROUTES) if (name.startsWith(route)) name = name.slice(route.length);
  return name;
}

/** The model's own name, without region, inference profile, throughput and ARN: what tells its family. */
export function baseModel({ model }: Plan): string {
  return stripBedrock(withoutRoute(model));
}

/** Whether the model is one of Anthropic's. */
export function isClaude(plan: Plan): boolean {
  return baseModel(plan).startsWith('anthropic');
}

/** Whether a model's name hides what it is: any parameter may fit. */
export function isOpaque({ model }: Plan): boolean {
  return model.includes('arn');
}

/** Rows of the table for the model as it is named and for its base: some facts stand in one of them only. */
export function modelRows(plan: Plan): readonly FactRow[] {
  const names = [withoutRoute(plan.model), baseModel(plan)];
  return names.flatMap((name) => findFactRow(name) ?? []);
}

/**
 * What stands in the URL for the model.
 *
 * in:  `model_id`, which a deployment sets where the model's name does not say it (an ARN); else the model's name.
 * out: not yet encoded.
 */
export function urlModel(plan: Plan, modelId: JsonValue | undefined): string {
  if (typeof modelId === 'string' && modelId !== '') return modelId;
  const name = withoutRoute(plan.model);
  const bare = REGION_PATH.exec(name)?.[2] ?? name;
  return bare.replace(/^nova(?:-2)?\//u, '');
}

/**
 * The AWS region a call goes to: the deployment's own, the one its model's name begins with, its ARN's, the environment's, AWS's first.
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

/** Where the region's runtime lives when neither deployment nor environment says otherwise. */
export function runtimeUrl(region: string): string {
  const suffix = DNS_SUFFIXES.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'amazonaws.com';
  return `https://bedrock-runtime.${region}.${suffix}`;
}

/** Everything but letters, digits and `-._~` as percent escapes. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/gu, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
