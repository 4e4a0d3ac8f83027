import { isObject } from '@stagegate/core-transforms';
import { checkSettings } from '../../config/index.ts';
import { isProvider } from '../../config/resolve-provider.ts';
import type { ManagedCall } from '../../ports/index.ts';
import { ask, type Handler, type StoredParts } from '../parts.ts';
import { refuseInDetail } from '../refusal.ts';
import { changeStored, findStored, ownedByFile, wordOwned } from './stored-settings.ts';

const SECTION = 'litellm_settings';

/** The discounts or the margins, and LiteLLM's name for them in messages. */
interface CostSetting {
  readonly name: 'cost_discount_config' | 'cost_margin_config';
  readonly called: string;
  /** A name that stands for all providers. */
  readonly forAll?: string;
}

const DISCOUNTS: CostSetting = { name: 'cost_discount_config', called: 'Cost discount' };
const MARGINS: CostSetting = { name: 'cost_margin_config', called: 'Cost margin', forAll: 'global' };

/** GET /config/cost_discount_config, GET /config/cost_margin_config */
function show({ name }: CostSetting): Handler<StoredParts> {
  return async (parts) => {
    const inFile = parts.config.shown[SECTION];
    const owned = isObject(inFile) ? inFile[name] : undefined;
    return { values: owned ?? (await ask(parts, (database) => findStored(database, SECTION)))[name] ?? {} };
  };
}

/** PATCH /config/cost_discount_config, PATCH /config/cost_margin_config: replaces the setting as a whole. Later calls are charged by it. */
function update({ name, called, forAll }: CostSetting): Handler<StoredParts> {
  return async (parts, { body }: ManagedCall) => {
    const owned = ownedByFile(parts, SECTION, [name]);
    if (owned.length > 0) throw refuseInDetail(400, { error: wordOwned(SECTION, owned) });
    const unknown = Object.keys(body).filter((provider) => provider !== forAll && !isProvider(provider));
    if (unknown.length > 0)
      throw refuseInDetail(400, { error: `Invalid provider(s): ${unknown.join(', ')}. Must be ${wordProviders(forAll)}.` });
    const issues = checkSettings(SECTION, { [name]: body });
    if (issues.length > 0) throw refuseInDetail(400, issues.map((issue) => issue.trim()).join('; '));
    const [stored = {}] = await changeStored(parts, [{ section: SECTION, next: (before) => ({ ...before, [name]: body }) }]);
    return { message: `${called} configuration updated successfully`, status: 'success', values: stored[name] };
  };
}

function wordProviders(forAll: string | undefined): string {
  return forAll === undefined ? 'valid LiteLLM providers' : `valid LiteLLM providers or '${forAll}'`;
}

export const showDiscounts: Handler<StoredParts> = show(DISCOUNTS);
export const updateDiscounts: Handler<StoredParts> = update(DISCOUNTS);
export const showMargins: Handler<StoredParts> = show(MARGINS);
export const updateMargins: Handler<StoredParts> = update(MARGINS);
