import type { RoutingCheck } from '../ports/index.ts';
import { type ConfigIssue, formatPlace } from './config-issue.ts';
import { type ConfigNode, formatPath, itemsOf, membersOf, nodeAt } from './config-node.ts';
import { words } from './known-keys.ts';
import { HOLDS_PRIORITIES } from './priority-settings.ts';
import { CHECKS } from './router-schema.ts';
import { TOKEN_FIELDS } from './token-settings.ts';

/** A setting that protects somebody (who may call, how much, with what) and that is not built yet. */
export interface MissingSetting {
  /** Its name for `--accept-missing`: the setting's own. */
  readonly name: string;
  /** `model_list[2].litellm_params.rpm`. */
  readonly path: string;
  /** `config.yaml:12:7`. */
  readonly place: string;
  /** The group that it protects; undefined when it protects every call. */
  readonly modelGroup: string | undefined;
}

/** Guards for all calls, by section, as in LiteLLM 1.106.2. A name leaves this list when the guard is built. */
export const GLOBAL_GUARDS: Readonly<Record<string, ReadonlySet<string>>> = {
  '': words('guardrails policies policy_attachments'),
  general_settings: words(`
    custom_auth custom_key_generate custom_key_policy custom_key_update
    key_management_system
    use_azure_key_vault use_google_kms
  `),
  litellm_settings: words(`
    guardrails post_call_rules pre_call_rules
  `),
};

/** Guards of one deployment, by the part of the row that has them. */
export const DEPLOYMENT_GUARDS: Readonly<Record<string, ReadonlySet<string>>> = {
  litellm_params: words(`
    guardrails
  `),
};

/** Limits of one deployment, which the reference enforces only where the router enforces model limits. */
export const TOKEN_LIMITS: ReadonlySet<string> = words('itpm otpm');
const HOLDS_LIMITS: RoutingCheck = 'enforce_model_rate_limits';

/** Whether the router enforces model limits. */
export function holdsModelLimits(root: ConfigNode): boolean {
  return (itemsOf(nodeAt(root, ['router_settings', 'optional_pre_call_checks'])) ?? []).some(({ content }) => content === HOLDS_LIMITS);
}

/** The name for `--accept-missing` of limits in the rows of keys, teams and users that are not built. */
export const KEY_LIMITS = 'key_limits';

/** Those of `litellm_settings.callbacks` that judge calls. A name with a dot is the user's own code, which may do so. */
const GUARDING_CALLBACKS = words(`
  azure_content_safety banned_keywords blocked_user_check detect_prompt_injection
  google_text_moderation hide_secrets lakera_prompt_injection llamaguard_moderations llmguard_moderations max_budget_limiter
  openai_moderations presidio
`);

/** All guards that are asked for and not built, in the order of the file. */
export function findMissingSettings(root: ConfigNode): readonly MissingSetting[] {
  const found: MissingSetting[] = [];
  const look = (path: readonly (string | number)[], names: ReadonlySet<string>, modelGroup: string | undefined): void => {
    for (const [name, member] of membersOf(nodeAt(root, path)) ?? []) {
      if (names.has(name) && isAskedFor(member)) {
        found.push({ name, path: formatPath([...path, name]), place: formatPlace(member.place), modelGroup });
      }
    }
  };
  for (const [section, names] of Object.entries(GLOBAL_GUARDS)) look(section === '' ? [] : [section], names, undefined);
  for (const [index, row] of (itemsOf(nodeAt(root, ['model_list'])) ?? []).entries()) {
    const group = String(membersOf(row)?.get('model_name')?.content ?? '');
    for (const [part, names] of Object.entries(DEPLOYMENT_GUARDS))
      look(['model_list', index, ...(part === '' ? [] : [part])], names, group);
  }
  found.push(...guardingCallbacks(root), ...guardingChecks(root), ...unbuiltTokenFields(root));
  return found;
}

/** Whether the user has accepted to do without a guard: by its name, or by its path. */
export function isAccepted({ name, path }: MissingSetting, accepted: readonly string[]): boolean {
  return accepted.includes(name) || accepted.includes(path);
}

/** Names that the user accepts to do without although nothing asks for them: misspelt, or built in the meantime. */
export function findIdleAcceptances(accepted: readonly string[], asked: readonly MissingSetting[]): readonly ConfigIssue[] {
  const idle = accepted.filter((name) => name !== KEY_LIMITS && !asked.some((setting) => isAccepted(setting, [name])));
  return idle.map((path) => ({ file: '--accept-missing', line: 0, column: 0, path, expected: EXPECTED, found: 'none of that name' }));
}

const EXPECTED = 'a setting that the config asks for and Stagegate does not have';

/**
 * A check that the reference knows by name but does nothing for. What it means is `forward_client_headers_to_llm_api` of
 * `model_group_settings`.
 */
const CHECK_OF_NOTHING = 'forward_client_headers_by_model_group';

/** Entries of `optional_pre_call_checks` that have no effect here yet. */
function guardingChecks(root: ConfigNode): MissingSetting[] {
  const path = ['router_settings', 'optional_pre_call_checks'];
  return (itemsOf(nodeAt(root, path)) ?? []).flatMap(({ content, place }, index) =>
    typeof content === 'string' && content !== CHECK_OF_NOTHING && !CHECKS.some((check) => check === content)
      ? [{ name: content, path: formatPath([...path, index]), place: formatPlace(place), modelGroup: undefined }]
      : [],
  );
}

/** Members of `litellm_jwtauth` that are not built: all of them decide who may come in. */
function unbuiltTokenFields(root: ConfigNode): MissingSetting[] {
  const enabled = nodeAt(root, ['general_settings', 'enable_jwt_auth']);
  if (enabled === undefined || !isAskedFor(enabled)) return [];
  const path = ['general_settings', 'litellm_jwtauth'];
  return [...(membersOf(nodeAt(root, path)) ?? [])].flatMap(([name, member]) =>
    !Object.hasOwn(TOKEN_FIELDS, name) && isAskedFor(member)
      ? [{ name, path: formatPath([...path, name]), place: formatPlace(member.place), modelGroup: undefined }]
      : [],
  );
}

const CALLBACKS = ['litellm_settings', 'callbacks'];

function guardingCallbacks(root: ConfigNode): MissingSetting[] {
  return namedCallbacks(root).flatMap(({ name, place }) =>
    isGuarding(name) ? [{ name, path: formatPath(CALLBACKS), place: formatPlace(place), modelGroup: undefined }] : [],
  );
}

/** Callbacks that are no guards (they log, measure or notify), none of which is built. */
export function findIgnoredCallbacks(root: ConfigNode): readonly ConfigIssue[] {
  return namedCallbacks(root).flatMap(({ name, place }) =>
    isGuarding(name) || HOLDS_PRIORITIES.includes(name)
      ? []
      : [{ ...place, path: formatPath(CALLBACKS), expected: 'a callback that Stagegate has', found: `"${name}", which it has not yet` }],
  );
}

function isGuarding(name: string): boolean {
  return name.includes('.') || GUARDING_CALLBACKS.has(name);
}

/** Whether anything enforces reservations for priorities. */
export function holdsPriorities(root: ConfigNode): boolean {
  return namedCallbacks(root).some(({ name }) => HOLDS_PRIORITIES.includes(name));
}

function namedCallbacks(root: ConfigNode): readonly { readonly name: string; readonly place: ConfigNode['place'] }[] {
  const node = nodeAt(root, CALLBACKS);
  const entries = node === undefined ? [] : (itemsOf(node) ?? [node]);
  return entries.flatMap(({ content, place }) => (typeof content === 'string' ? [{ name: content, place }] : []));
}

/** False, null, and an empty list or mapping switch a guard off; a number or a text asks for it, even 0. */
export function isAskedFor({ content, variable }: ConfigNode): boolean {
  if (content === null) return variable !== undefined;
  if (content === false || content === '') return false;
  if (content instanceof Map) return content.size > 0;
  return !Array.isArray(content) || content.length > 0;
}
