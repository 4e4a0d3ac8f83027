import type { JsonObject, JsonValue } from '@stagegate/core-transforms';
import { type ConfigNode, toPlain } from './config-node.ts';
import { words } from './known-keys.ts';

const MASK = '****';

/** Names whose texts are secrets or contain some. Wider than `isSecretName`, because all integrations' settings are here. */
const SECRET =
  /key|secret|token|passw|credential|auth|cookie|signature|salt|private|cert|webhook|dsn|license|headers|connection_string|environment_variables|_url$|extra_body|^env$|^args$/iu;

/** Names that look like secrets and are none. */
const PLAIN = words(`
  credential_list litellm_key_header_name litellm_credential_name credential_name user_header_name token_rate_limit_type key_management_system
  enable_jwt_auth enable_oauth2_auth
`);

/** Names of URLs, which are shown without the secrets in them. */
const ADDRESS = words('api_base base_url reference_url');

/**
 * A configuration as it may be shown: references to variables as they are, and no secret. Numbers and switches are not secrets; a text is
 * one by its name, or by that of a member above it.
 */
export function toShown(root: ConfigNode): JsonObject {
  const plain = toPlain(root);
  return typeof plain === 'object' && plain !== null && !Array.isArray(plain) ? maskSettings(plain as JsonObject) : {};
}

/** The same for settings that are plain values already. */
export function maskSettings(settings: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(settings).map(([name, value = null]) => [name, maskMember(name, value, false)]));
}

function maskMember(name: string, value: JsonValue, hidden: boolean): JsonValue {
  const secret = hidden || (SECRET.test(name) && !PLAIN.has(name) && !ADDRESS.has(name));
  if (typeof value === 'string') {
    if (value.startsWith('os.environ/')) return value;
    if (secret) return MASK;
    return ADDRESS.has(name) || value.includes('://') ? withoutSecrets(value) : value;
  }
  if (Array.isArray(value)) return value.map((item) => maskMember(name, item, secret));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member = null]) => [key, maskMember(key, member, secret)]));
}

/** Removes the password and the query of a URL. */
export function withoutSecrets(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  return parsed === undefined
    ? MASK
    : `${parsed.origin === 'null' ? `${parsed.protocol}//${parsed.host}` : parsed.origin}${parsed.pathname.replace(/\/$/u, '')}`;
}
