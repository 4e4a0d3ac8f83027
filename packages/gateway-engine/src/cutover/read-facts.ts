import { scanRawObject, type RawObject } from '@stagegate/core-transforms';
import type { FindDeployments } from '../routing/index.ts';
import type { BodyRead } from './read-body.ts';
import type { BodyFacts } from './match-rule.ts';

/** What the configuration says about models. */
export interface ModelView {
  readonly findDeployments: FindDeployments;
  /** Calls whose protection is not built here: the reference gives it, where there is one. */
  readonly referenceOnly: { readonly everything: boolean; readonly modelGroups: ReadonlySet<string> };
}

/** What a body says about its lane, and the scan that found it out, for the lane to use. */
export interface BodyReading {
  readonly facts: BodyFacts;
  readonly scan: RawObject | undefined;
}

/**
 * Reads model and stream from a body: one scan for JSON, the form's fields for multipart.
 *
 * in: the body, its content type, the model named by the path when there is one (it wins, as in the reference).
 */
export async function readFacts(
  body: BodyRead,
  contentType: string | undefined,
  pathModel: string | undefined,
  config: ModelView,
): Promise<BodyReading> {
  if (!body.whole) return { facts: { kind: 'unusable', why: 'body too large' }, scan: undefined };
  const facts = (model: string | undefined, stream: boolean): BodyFacts => {
    const deployments = model === undefined ? [] : config.findDeployments(model);
    return {
      kind: 'read',
      model,
      stream,
      providers: deployments.map((deployment) => deployment.provider.id),
      guarded: deployments.some((deployment) => config.referenceOnly.modelGroups.has(deployment.modelGroup)),
    };
  };
  if (contentType !== undefined && /^multipart\/form-data/iu.test(contentType)) {
    const model = pathModel ?? (await multipartModel(body.bytes, contentType));
    return { facts: facts(model, false), scan: undefined };
  }
  const scanned = scanRawObject(body.bytes);
  if (!scanned.ok) return { facts: { kind: 'unusable', why: 'body is not a JSON object' }, scan: undefined };
  const model = pathModel ?? scanned.value.value['model'];
  const stream = scanned.value.value['stream'] === true;
  return { facts: facts(typeof model === 'string' ? model : undefined, stream), scan: scanned.value };
}

async function multipartModel(bytes: Uint8Array, contentType: string): Promise<string | undefined> {
  try {
    const form = await new Response(Uint8Array.from(bytes), { headers: { 'content-type': contentType } }).formData();
    const model = form.get('model');
    return typeof model === 'string' ? model : undefined;
  } catch {
    return undefined;
  }
}
