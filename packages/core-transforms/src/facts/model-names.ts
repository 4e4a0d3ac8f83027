import type { FactNaming } from '../providers/fact-naming.ts';

/** Inference profiles that span regions: `us.anthropic.…`. Source: AWS Bedrock user guide, cross-region inference, read 2026-11-23. */
const BEDROCK_PROFILES: ReadonlySet<string> = new Set(['global', 'us', 'eu', 'apac', 'jp', 'au', 'us-gov']);
const BEDROCK_ROUTES = ['bedrock/', 'chat_completions/', 'converse/', 'invoke/', 'openai/', 'mantle/', 'nova-2/', 'nova/'];
const AWS_REGION = /^[a-z]{2}(?:-[a-z]+)+-\d\//u;

/**
 * The names under which the table may hold a provider's model, most specific first: `provider/model`, the bare name, the
 * name without its repeated provider, then all of these without version, date or region.
 */
export function namesInTable(provider: string, model: string, naming: FactNaming): readonly string[] {
  const repeats = model.startsWith(`${provider}/`);
  const bare = repeats ? model.slice(provider.length + 1) : model;
  const region = naming.strip === 'bedrock-id' ? withoutRoutes(bare) : bare;
  const stripped = stripName(bare, naming.strip);
  const long = naming.longPrefix === undefined || bare.includes('/') ? model : `${naming.longPrefix}${bare}`;
  return [`${provider}/${bare}`, model, region, `${provider}/${stripped}`, stripped, `${provider}/${long}`];
}

function stripName(model: string, strip: FactNaming['strip']): string {
  if (strip === 'bedrock-id') return stripBedrock(model);
  if (strip === 'version-number') return model.replace(/-\d+$/u, '');
  if (model.includes('ft:')) return model.replace(/(?::[^:]*){3}$/u, '');
  return model.replace(/-\d{4}-\d{2}-\d{2}$/u, '');
}

/** A model's name on Bedrock without route, region, profile, throughput and the ARN around it. */
export function stripBedrock(model: string): string {
  if (/^(?:bedrock\/)?(?:converse\/)?nova-2\//u.test(model)) return 'amazon.nova-2-custom';
  if (/^(?:bedrock\/)?(?:converse\/)?nova\//u.test(model)) return 'amazon.nova-custom';
  const routed = withoutRoutes(model);
  const named = routed.toLowerCase().includes('arn') ? routed.slice(routed.lastIndexOf('/') + 1) : routed;
  const plain = named.replace(/(:\d+):\d+k$/u, '$1').replace(/\[\w+\]$/u, '');
  const dot = plain.indexOf('.');
  if (dot !== -1 && BEDROCK_PROFILES.has(plain.slice(0, dot))) return plain.slice(dot + 1);
  return plain.replace(AWS_REGION, '');
}

function withoutRoutes(model: string): string {
  return BEDROCK_ROUTES.reduce((name, route) => (name.startsWith(route) ? name.slice(name.indexOf('/') + 1) : name), model);
}
