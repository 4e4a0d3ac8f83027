import { NO_SETTINGS, findProvider, inferModelProvider, lookupModelFacts, type Plan, type ProviderRow } from '@stagegate/core-transforms';
import { mayUseModel, type ModelNames } from '../../auth/index.ts';
import type { LoadedConfig } from '../../config/index.ts';
import type { Caller, Deployment } from '../../ports/index.ts';
import { compileModels } from '../../routing/index.ts';

/** A deployment of the named model that the caller may use; undefined: there is none. */
export function findUsable(config: LoadedConfig, caller: Caller, model: string, names: ModelNames): Deployment | undefined {
  return mayUseModel(caller, model, names) ? compileModels(config)(model, caller)[0] : undefined;
}

/** The plan of a chat call to a deployment. */
export function planOf({ provider, model, modelGroup, apiBase, settings, facts }: Deployment, stream: boolean): Plan {
  return { dialect: 'openai-chat', provider, model, modelGroup, answerModel: undefined, stream, apiBase, settings, facts };
}

/** The plan for a model that is not on this gateway, named `provider/model`, or by a name that only one provider has. */
export function planOfName(name: string, providerId: string | undefined): Plan | undefined {
  const { provider, model } = resolve(name, providerId) ?? {};
  if (provider === undefined || model === undefined) return undefined;
  const facts = lookupModelFacts(provider.id, model);
  return {
    dialect: 'openai-chat',
    provider,
    model,
    modelGroup: name,
    answerModel: undefined,
    stream: false,
    apiBase: undefined,
    settings: NO_SETTINGS,
    facts,
  };
}

function resolve(
  name: string,
  providerId: string | undefined,
): { readonly provider: ProviderRow | undefined; readonly model: string } | undefined {
  if (providerId !== undefined) return { provider: findProvider(providerId), model: name };
  const slash = name.indexOf('/');
  const prefixed = slash === -1 ? undefined : findProvider(name.slice(0, slash));
  if (prefixed !== undefined) return { provider: prefixed, model: name.slice(slash + 1) };
  const inferred = inferModelProvider(name);
  return inferred === undefined ? undefined : { provider: findProvider(inferred), model: name };
}
