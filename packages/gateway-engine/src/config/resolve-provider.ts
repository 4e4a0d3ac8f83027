import { findProvider, inferModelProvider, listProviders } from '@stagegate/core-transforms';
import { REFERENCE_PROVIDERS } from './reference-providers.ts';

/** A provider's id and its own name for the model. */
export interface ResolvedModel {
  readonly providerId: string;
  readonly model: string;
}

/** Bare names that the reference recognises although no price map has them. */
const UNLISTED_NAMES: readonly (readonly [RegExp, string])[] = [
  [/^\*$|ft:gpt-3\.5-turbo|ft:gpt-4|^gpt-image|^dall-e-[23]$/u, 'openai'],
  [/^embed-v4\.0$|^embed-(?:english|multilingual)-(?:light-)?v[23]\.0$/u, 'cohere'],
  [/^(?:qvv0xeq|q841o8w|31dxrj3)$/u, 'baseten'],
  // With the id of its version, 64 hexadecimal digits.
  [/^[^:]+:[^:]{64}(?::|$)/u, 'replicate'],
  [/^petals-team\/StableBeluga2$/u, 'petals'],
  [/^veo-(?:2\.0|3\.[01](?:-fast)?)-generate-001$/u, 'vertex_ai'],
];
/** Sections of the price map whose name is not a provider's id. */
const SECTION_PROVIDERS: Readonly<Record<string, string>> = { bedrock_converse: 'bedrock' };

/** Azure AI Foundry serves all models alike on these hosts; on others, OpenAI's models are Azure's deployments. */
const ALL_MODELS_HOST = /^https?:\/\/[^/?#]*\.services\.ai\.azure\.com(?![^?#]*\/openai\/deployments)/iu;

/**
 * The provider of `litellm_params.model`, in the reference's order: `custom_llm_provider`, the prefix before the slash, the host of
 * `api_base`, then the model's bare name. Undefined when none of them tells.
 *
 * source: LiteLLM 1.106.2, litellm_core_utils/get_llm_provider_logic.py and its routing generalizations.
 */
export function resolveProvider(model: string, customProvider: string | undefined, apiBase: string | undefined): ResolvedModel | undefined {
  const named = providerNamed(model, customProvider, apiBase);
  if (named?.providerId !== 'azure_ai' || apiBase === undefined || ALL_MODELS_HOST.test(apiBase)) return named;
  return inferModelProvider(named.model) === 'openai' ? { ...named, providerId: 'azure' } : named;
}

/** Whether the reference has a provider of this name, built here or not. */
export function isProvider(id: string): boolean {
  return findProvider(id) !== undefined || REFERENCE_PROVIDERS.has(id);
}

function providerNamed(model: string, customProvider: string | undefined, apiBase: string | undefined): ResolvedModel | undefined {
  const slash = model.indexOf('/');
  const prefix = slash === -1 ? '' : model.slice(0, slash);
  const rest = model.slice(slash + 1);
  if (customProvider !== undefined) return { providerId: customProvider, model: prefix === customProvider ? rest : model };
  if (isProvider(prefix)) return { providerId: prefix, model: rest };
  const providerId = providerOfHost(apiBase) ?? providerOfBareName(model);
  return providerId === undefined ? undefined : { providerId, model };
}

function providerOfHost(apiBase: string | undefined): string | undefined {
  if (apiBase === undefined) return undefined;
  const given = withoutScheme(apiBase);
  return listProviders().find(({ id, baseUrl }) => baseUrl !== undefined && id !== 'openai' && given.startsWith(withoutScheme(baseUrl)))
    ?.id;
}

function withoutScheme(url: string): string {
  return url.replace(/^https?:\/\//u, '').replace(/\/+$/u, '');
}

/** For some families the table's sections are finer than provider ids (`vertex_ai-language-models`). */
function providerOfBareName(model: string): string | undefined {
  const section = inferModelProvider(model) ?? UNLISTED_NAMES.find(([name]) => name.test(model))?.[1];
  if (section === undefined || REFERENCE_PROVIDERS.has(section)) return section;
  const family = SECTION_PROVIDERS[section] ?? section.split('-', 1)[0] ?? section;
  return REFERENCE_PROVIDERS.has(family) ? family : undefined;
}
