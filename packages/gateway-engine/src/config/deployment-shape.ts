import type { DeploymentSettings, ProviderRow } from '@stagegate/core-transforms';
import { type ConfigNode, itemsOf, membersOf, toPlain } from './config-node.ts';
import { classifyParam, isSecretName } from './param-names.ts';

/** A row of `model_list`, as far as its shape needs it. */
export interface ShapedRow {
  readonly modelGroup: string;
  readonly provider: Pick<ProviderRow, 'id' | 'format' | 'formats' | 'messages'>;
  readonly model: string;
  /** `litellm_params` from the file, with environment references resolved. */
  readonly params: ConfigNode;
  readonly settings: DeploymentSettings;
}

/**
 * Everything in a row that decides how its calls are transformed, as JSON with sorted members. It is equal for equal config files, on any
 * machine.
 *
 * out: no secret (headers by name only), no limit, weight or timeout; a value from the environment as its variable's name, because CI has
 *      no values.
 */
export function deploymentShape({ modelGroup, provider, model, params, settings }: ShapedRow): string {
  const { dropParams, modifyParams, additionalDropParams, allowedOpenaiParams, extraHeaders } = settings;
  const members = [...(membersOf(params) ?? [])].filter(([name]) => isShaping(name));
  return JSON.stringify({
    modelGroup,
    providerId: provider.id,
    model,
    // A row may say that its deployment has this API, which its provider's others have not.
    ...(provider.format === 'openai-chat' && provider.messages !== undefined && { messages: provider.messages.plainCacheMarks === true }),
    params: sorted(members),
    settings: { dropParams, modifyParams, additionalDropParams, allowedOpenaiParams, extraHeaders: Object.keys(extraHeaders).toSorted() },
  });
}

function isShaping(name: string): boolean {
  const kind = classifyParam(name);
  return name === 'api_base' || name === 'base_url' || kind === 'option' || kind === 'default';
}

function sorted(members: Iterable<readonly [string, ConfigNode]>): Record<string, unknown> {
  const shown = [...members].filter(([name]) => !isSecretName(name));
  return Object.fromEntries(shown.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, member]) => [name, asWritten(member)]));
}

/** The user and password in a URL are secrets, too. */
const USER_OF_URL = /(?<=^[a-z+]+:\/\/)[^/@]*@/iu;

function asWritten(node: ConfigNode): unknown {
  if (node.variable !== undefined) return `os.environ/${node.variable}`;
  const members = membersOf(node);
  if (members !== undefined) return sorted(members);
  const plain = itemsOf(node)?.map(asWritten) ?? toPlain(node);
  return typeof plain === 'string' ? plain.replace(USER_OF_URL, '') : plain;
}
