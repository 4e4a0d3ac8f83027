import { scanRawObject, type RawObject } from '@stagegate/core-transforms';
import type { Deployment } from '../ports/index.ts';
import type { FindDeployments, FindResponse } from '../routing/index.ts';
import type { BodyRead } from './read-body.ts';
import type { BodyFacts } from './match-rule.ts';

/** What the configuration says of models. */
export interface ModelView {
  readonly findDeployments: FindDeployments;
  /** Which calls need protection that is not built here and that the reference gives, where there is one. */
  readonly referenceOnly: { readonly everything: boolean; readonly modelGroups: ReadonlySet<string> };
}

/** The same, with the look-up of stored responses. */
export interface CallView extends ModelView {
  readonly findResponse: FindResponse;
}

/** A body over the limit, from which no model is read. */
export const TOO_LARGE: BodyFacts = { kind: 'unusable', why: 'body too large' };

/** What a body says about its lane, and its scan, which the lane can use. */
export interface BodyReading {
  readonly facts: BodyFacts;
  readonly scan: RawObject | undefined;
}

/**
 * Reads model and stream from a body: one scan of JSON, or the fields of a form. A promise only for a form.
 *
 * in: the body, its content type, and the model that the path names, if any (it wins, as in the reference).
 */
export function readFacts(
  body: BodyRead,
  contentType: string | undefined,
  pathModel: string | undefined,
  config: ModelView,
): BodyReading | Promise<BodyReading> {
  if (!body.whole) return { facts: TOO_LARGE, scan: undefined };
  if (contentType !== undefined && contentType !== 'application/json' && MULTIPART.test(contentType)) {
    if (pathModel !== undefined) return { facts: toFacts(pathModel, false, config), scan: undefined };
    return multipartModel(body.bytes, contentType).then((model) => ({ facts: toFacts(model, false, config), scan: undefined }));
  }
  const scanned = scanRawObject(body.bytes);
  if (!scanned.ok) return { facts: { kind: 'unusable', why: 'body is not a JSON object' }, scan: undefined };
  const { model, stream } = scanned.value.value;
  return { facts: toFacts(pathModel ?? model, stream, config), scan: scanned.value };
}

const MULTIPART = /^multipart\/form-data/iu;

/** What the id of a stored response says about its lane; undefined for a response that the gateway did not issue. */
export function readResponseFacts(id: string, { findResponse, referenceOnly }: CallView): BodyFacts | undefined {
  const deployment = findResponse(id);
  if (deployment === undefined) return undefined;
  const { modelGroup, provider } = deployment;
  return { kind: 'read', model: modelGroup, stream: false, providers: [provider.id], guarded: referenceOnly.modelGroups.has(modelGroup) };
}

function toFacts(model: unknown, stream: unknown, { findDeployments, referenceOnly }: ModelView): BodyFacts {
  const name = typeof model === 'string' ? model : undefined;
  const deployments = name === undefined ? [] : findDeployments(name);
  return {
    kind: 'read',
    model: name,
    // Clients that build their bodies from forms send `"true"`.
    stream: stream === true || (typeof stream === 'string' && stream.toLowerCase() === 'true'),
    providers: providersOf(deployments),
    guarded: referenceOnly.modelGroups.size > 0 && deployments.some(({ modelGroup }) => referenceOnly.modelGroups.has(modelGroup)),
  };
}

/** The providers of a group, cached, so that rules need not go through a large group each time. */
function providersOf(deployments: readonly Deployment[]): readonly string[] {
  const known = PROVIDERS.get(deployments);
  if (known !== undefined) return known;
  const providers = [...new Set(deployments.map(({ provider }) => provider.id))];
  PROVIDERS.set(deployments, providers);
  return providers;
}

const PROVIDERS = new WeakMap<readonly Deployment[], readonly string[]>();

async function multipartModel(bytes: Uint8Array, contentType: string): Promise<string | undefined> {
  try {
    const form = await new Response(Uint8Array.from(bytes), { headers: { 'content-type': contentType } }).formData();
    const model = form.get('model');
    return typeof model === 'string' ? model : undefined;
  } catch {
    return undefined;
  }
}
