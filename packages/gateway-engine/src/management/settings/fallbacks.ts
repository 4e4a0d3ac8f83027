import { isObject, type JsonObject, type JsonValue } from '@stagegate/core-transforms';
import { checkSettings } from '../../config/index.ts';
import type { Fallbacks, ManagedCall } from '../../ports/index.ts';
import type { ManagementParts, StoredParts } from '../parts.ts';
import { readFields } from '../read-fields.ts';
import { refuseInDetail, refuseInvalid, type Refusal } from '../refusal.ts';
import { changeStored, ownedByFile, wordOwned } from './stored-settings.ts';

const SECTION = 'router_settings';

/** The router setting that holds each kind of fallback. Source: LiteLLM 1.106.2, fallback_management_endpoints.py. */
const SETTINGS = {
  general: 'fallbacks',
  context_window: 'context_window_fallbacks',
  content_policy: 'content_policy_fallbacks',
} as const;

type FallbackType = keyof typeof SETTINGS;

/** POST /fallback: sets the model groups that calls of one group fall back to. */
export async function putFallback(parts: StoredParts, { body }: ManagedCall): Promise<unknown> {
  const fields = readFields(body, { model: 'text!', fallback_models: 'texts!', fallback_type: 'text' });
  const [model, models] = [String(fields['model']), textsOf(fields['fallback_models'])];
  const type = readType(fields['fallback_type'] ?? undefined, 'body');
  checkModels(parts, model, models);
  const rule = { [model]: models };
  let updated = false;
  await changeRules(parts, SETTINGS[type], (rules) => {
    updated = rules.some((old) => Object.hasOwn(old, model));
    return updated ? rules.map((old) => (Object.hasOwn(old, model) ? rule : old)) : [...rules, rule];
  });
  const message = `Fallback configuration ${updated ? 'updated' : 'created'} successfully`;
  return { model, fallback_models: models, fallback_type: type, message };
}

/** GET /fallback/{model}: the fallbacks in force. */
export async function showFallback({ config }: ManagementParts, { places, query }: ManagedCall): Promise<unknown> {
  const model = places['model'] ?? '';
  const type = readType(query.get('fallback_type') ?? undefined, 'query');
  const served: Readonly<Record<FallbackType, Fallbacks | undefined>> = {
    general: config.router?.fallbacks,
    context_window: config.router?.contextWindowFallbacks,
    content_policy: config.router?.contentPolicyFallbacks,
  };
  const targets = served[type]?.get(model) ?? [];
  if (targets.length === 0) throw notSet(type, model);
  return { model, fallback_models: targets.map(({ group }) => group), fallback_type: type };
}

/** DELETE /fallback/{model} */
export async function deleteFallback(parts: StoredParts, { places, query }: ManagedCall): Promise<unknown> {
  const model = places['model'] ?? '';
  const type = readType(query.get('fallback_type') ?? undefined, 'query');
  await changeRules(parts, SETTINGS[type], (rules) => {
    const rest = rules.filter((rule) => !Object.hasOwn(rule, model));
    if (rest.length === rules.length) throw notSet(type, model);
    return rest;
  });
  return { model, fallback_type: type, message: 'Fallback configuration deleted successfully' };
}

function readType(value: JsonValue | undefined, where: 'body' | 'query'): FallbackType {
  const type = value ?? 'general';
  const known = Object.keys(SETTINGS).find((name): name is FallbackType => name === type);
  if (known !== undefined) return known;
  const msg = "Input should be 'general', 'context_window' or 'content_policy'";
  throw refuseInvalid([{ type: 'literal_error', loc: [where, 'fallback_type'], msg }]);
}

function checkModels({ config }: StoredParts, model: string, models: readonly string[]): void {
  if (models.length === 0) throw refuseModels('too_short', 'List should have at least 1 item after validation, not 0');
  if (new Set(models).size < models.length) throw refuseModels('value_error', 'Value error, fallback_models must not contain duplicates');
  const known = new Set(config.deployments.map(({ modelGroup, team }) => team?.publicName ?? modelGroup));
  const available_models = [...known].toSorted();
  if (!known.has(model)) throw refuseInDetail(404, { error: `Model '${model}' not found in router`, available_models });
  const lost = models.filter((name) => !known.has(name)).map((name) => `'${name}'`);
  if (lost.length > 0) throw refuseInDetail(400, { error: `Invalid fallback models: [${lost.join(', ')}]`, available_models });
  if (models.includes(model)) throw refuseInDetail(400, { error: `Model '${model}' cannot be its own fallback` });
}

function refuseModels(type: string, msg: string): Refusal {
  return refuseInvalid([{ type, loc: ['body', 'fallback_models'], msg }]);
}

async function changeRules(
  parts: StoredParts,
  setting: string,
  toNext: (rules: readonly JsonObject[]) => readonly JsonObject[],
): Promise<void> {
  if (ownedByFile(parts, SECTION, [setting]).length > 0) throw refuseInDetail(400, { error: wordOwned(SECTION, [setting]) });
  const next = (stored: JsonObject): JsonObject => {
    const old = stored[setting];
    const rules = toNext(Array.isArray(old) ? old.filter(isObject) : []);
    const issues = checkSettings(SECTION, { [setting]: rules });
    if (issues.length > 0) throw refuseInDetail(400, { error: issues.map((issue) => issue.trim()).join('; ') });
    return { ...stored, [setting]: rules };
  };
  await changeStored(parts, [{ section: SECTION, next }]);
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function notSet(type: FallbackType, model: string): Refusal {
  return refuseInDetail(404, { error: `No ${type} fallbacks configured for model '${model}'` });
}
