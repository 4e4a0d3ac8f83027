import { OPENAI_PARAMS } from '../../params/openai-params.ts';
import { OPENAI_COMPLETIONS_PARAMS } from '../../providers/common-params.ts';
import type { ParamRules, ProviderRow } from '../../providers/provider-row.ts';

const RULES: WeakMap<ProviderRow, ParamRules> = new WeakMap();

/**
 * The parameters of a provider's completions API: those of its row, else those of its chat without parameters that the API does not have.
 * One object per row.
 */
export function completionsParams(provider: ProviderRow): ParamRules {
  const known = RULES.get(provider);
  if (known !== undefined) return known;
  const { params = provider.params, takes = [] } = provider.completions ?? {};
  const taken = [...OPENAI_COMPLETIONS_PARAMS, ...Object.keys(params.rename ?? {}), ...takes];
  const refuse = OPENAI_PARAMS.filter((name) => !taken.includes(name));
  const fresh: ParamRules = { ...params, adjust: [...(params.adjust ?? []), { when: {}, refuse }] };
  RULES.set(provider, fresh);
  return fresh;
}
