import { isObject, type JsonObject } from '@stagegate/core-transforms';
import type { ConfiguredDeployment } from '../config/index.ts';
import type { Deployment } from '../ports/index.ts';

/** The call by which a deployment is checked, or why it cannot be. */
export type HealthQuestion =
  | { readonly path: string; readonly deployment: Deployment; readonly body: JsonObject }
  | { readonly problem: string };

const TOKENS_MAX = 16;
const PROMPT = 'What is 1 + 1?';
const MESSAGES = [{ role: 'user', content: PROMPT }];

/** By mode: the route, its members beside the model, and the name of its token limit. */
const MODES: Readonly<Record<string, { readonly path: string; readonly needs: JsonObject; readonly limit?: string }>> = {
  chat: { path: '/v1/chat/completions', needs: { messages: MESSAGES }, limit: 'max_tokens' },
  completion: { path: '/v1/completions', needs: { prompt: PROMPT }, limit: 'max_tokens' },
  responses: { path: '/v1/responses', needs: { input: PROMPT }, limit: 'max_output_tokens' },
  anthropic_messages: { path: '/v1/messages', needs: { messages: MESSAGES }, limit: 'max_tokens' },
  embedding: { path: '/v1/embeddings', needs: { input: ['test'] } },
  ocr: { path: '/v1/ocr', needs: {} },
};

/**
 * The call that checks one deployment, by its `model_info`: `mode`, `health_check_model`, `health_check_max_tokens` (and `_reasoning`,
 * `_non_reasoning`), `health_check_supports_max_tokens`, `health_check_reasoning_effort`, `health_check_params`.
 *
 * source: LiteLLM 1.106.2, proxy/health_check.py.
 */
export function toHealthQuestion(row: ConfiguredDeployment): HealthQuestion {
  const { modelInfo: info, underlyingModel } = row;
  const name = modeOf(row);
  const mode = Object.hasOwn(MODES, name) ? MODES[name] : undefined;
  if (mode === undefined) return { problem: wordUnserved(name) };
  const params = info['health_check_params'];
  const own = isObject(params) ? params : {};
  if (name === 'ocr' && own['document'] === undefined) return { problem: 'nothing to read: set model_info.health_check_params.document' };
  const deployment = withModel(row, textOf(info['health_check_model']));
  if (deployment === undefined) return { problem: `${underlyingModel} stands for many models: set model_info.health_check_model` };
  const limit = mode.limit === undefined || info['health_check_supports_max_tokens'] === false ? undefined : tokensMax(row);
  const effort = name === 'chat' || name === 'completion' ? info['health_check_reasoning_effort'] : undefined;
  return {
    path: mode.path,
    deployment,
    body: {
      ...own,
      ...mode.needs,
      ...(mode.limit !== undefined && limit !== undefined && { [mode.limit]: limit }),
      ...(effort !== undefined && effort !== null && { reasoning_effort: effort }),
      model: deployment.modelGroup,
    },
  };
}

/** Why no route serves what a deployment is for (images, audio …), in words; undefined where one does. */
export function unservedMode(row: ConfiguredDeployment): string | undefined {
  const name = modeOf(row);
  return Object.hasOwn(MODES, name) ? undefined : wordUnserved(name);
}

function modeOf({ modelInfo, facts }: ConfiguredDeployment): string {
  return textOf(modelInfo['mode']) ?? facts?.mode ?? 'chat';
}

function wordUnserved(mode: string): string {
  return `Stagegate has no route for the mode ${mode}`;
}

/** The row for the model that is checked; undefined for a wildcard that names none. */
function withModel(row: ConfiguredDeployment, name: string | undefined): Deployment | undefined {
  const { provider, underlyingModel, modelGroup, forModel } = row;
  if (forModel !== undefined) {
    const made = name === undefined ? undefined : forModel(name);
    return made && { ...made, modelGroup: made.underlyingModel };
  }
  // A group's name may hold stars although its row names a model.
  const group = modelGroup.includes('*') ? underlyingModel : modelGroup;
  if (name === undefined) return { ...row, modelGroup: group };
  const prefix = `${provider.id}/`;
  return {
    ...row,
    modelGroup: group,
    underlyingModel: name,
    model: name.startsWith(prefix) ? name.slice(prefix.length) : name,
    facts: undefined,
  };
}

function tokensMax({ modelInfo: info, forModel, facts }: ConfiguredDeployment): number | undefined {
  const explicit = numberOf(info['health_check_max_tokens']);
  if (explicit !== undefined || forModel !== undefined) return explicit;
  const kind = facts?.supports.has('reasoning') === true ? 'reasoning' : 'non_reasoning';
  return numberOf(info[`health_check_max_tokens_${kind}`]) ?? TOKENS_MAX;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
