import type { Plan } from '../../contract/plan.ts';

const LOCATION_DEFAULT = 'us-central1';

/** The location of a deployment's calls. */
export function vertexLocation({ settings }: Plan): string {
  const { vertex_location: own, vertex_ai_location: other, default_location: ambient } = settings.options;
  return [own, other, ambient].find((location) => typeof location === 'string' && location !== '')?.toString() ?? LOCATION_DEFAULT;
}

/** The Google Cloud project to which a deployment's calls are charged; empty if it is not set. */
export function vertexProject({ settings }: Plan): string {
  const { vertex_project: own, vertex_ai_project: other, default_project: ambient } = settings.options;
  return [own, other, ambient].find((project) => typeof project === 'string' && project !== '')?.toString() ?? '';
}

/** Vertex AI's host in a location. */
export function vertexHost(location: string): string {
  if (location === 'global') return 'https://aiplatform.googleapis.com';
  return location.includes('-') ? `https://${location}-aiplatform.googleapis.com` : `https://aiplatform.${location}.rep.googleapis.com`;
}

/**
 * The URL of a model's method.
 *
 * in:     the resource below project and location: a publisher's model, or an endpoint of one's own; the method, including its query.
 * out:    a base with a path is the model's own URL and only gets the method; one without a path, or with only a version, gets the whole
 *         path.
 * source: LiteLLM 1.106.2, llms/vertex_ai/vertex_llm_base.py `get_complete_vertex_url` and `_check_custom_proxy`, read 2026-11-23.
 */
export function vertexUrl(plan: Plan, resource: string, method: string): string {
  const location = vertexLocation(plan);
  const path = `/projects/${vertexProject(plan)}/locations/${location}/${resource}:${method}`;
  const { apiBase } = plan;
  if (apiBase === undefined) return `${vertexHost(location)}/v1${path}`;
  const [, origin = apiBase, own = ''] = /^(https?:\/\/[^/]+)(\/.*)?$/u.exec(apiBase) ?? [];
  const [, version] = /^(\/v1(?:beta1)?)?\/?$/u.exec(own) ?? [undefined, null];
  return version === null ? `${apiBase}:${method}` : origin + (version ?? '/v1') + path;
}
