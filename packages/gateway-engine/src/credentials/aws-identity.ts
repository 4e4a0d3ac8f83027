import type { JsonValue } from '@stagegate/core-transforms';
import type { Fetched, Keeper } from './keeper.ts';
import { readOidcToken } from './oidc-token.ts';
import { CredentialProblem, type CredentialSources, type Settled, readSetting, readValue } from './sources.ts';

/** Keys to sign with. */
export interface AwsIdentity {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

const SESSION_NAME_DEFAULT = 'stagegate';
const SESSION_SECONDS = 3600;
/** Keys without an end are looked up again after this time: files and roles change. */
const LIFE_MS_DEFAULT = 15 * 60_000;

/** Settings that identify a deployment, and the environment variables that replace missing ones. */
const VARIABLES = {
  aws_access_key_id: 'AWS_ACCESS_KEY_ID',
  aws_secret_access_key: 'AWS_SECRET_ACCESS_KEY',
  aws_session_token: 'AWS_SESSION_TOKEN',
  aws_session_name: 'AWS_SESSION_NAME',
  aws_profile_name: 'AWS_PROFILE_NAME',
  aws_role_name: 'AWS_ROLE_NAME',
  aws_web_identity_token: 'AWS_WEB_IDENTITY_TOKEN',
  aws_sts_endpoint: 'AWS_STS_ENDPOINT',
  aws_external_id: 'AWS_EXTERNAL_ID',
} as const;

type Who = Readonly<Partial<Record<keyof typeof VARIABLES, string>>>;

/**
 * The identity with which a deployment calls AWS: a role assumed with another issuer's token, or with its own keys; a profile; plain keys;
 * else what AWS's default chain finds.
 *
 * errors: rejects with a CredentialProblem.
 * source: LiteLLM 1.106.2, llms/bedrock/base_aws_llm.py `get_credentials`, read 2026-11-27.
 */
export async function awsIdentity(
  deployment: Settled,
  region: string,
  sources: CredentialSources,
  keeper: Keeper<AwsIdentity>,
): Promise<AwsIdentity> {
  const who = readWho(deployment, sources);
  const { aws_role_name: role, aws_profile_name: profile } = who;
  const keys = plainKeys(who);
  if (role === undefined && profile === undefined && keys !== undefined) return keys;
  const tags = readValue(deployment, 'aws_session_tags');
  return keeper.get(JSON.stringify(['aws', region, who, tags ?? null]), () => fetchIdentity(who, region, tags, sources));
}

function readWho(deployment: Settled, { env }: CredentialSources): Who {
  const entries = Object.entries(VARIABLES).flatMap(([name, variable]) => {
    const value = readSetting(deployment, [name], env, [variable]);
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(entries);
}

function plainKeys(who: Who): AwsIdentity | undefined {
  const { aws_access_key_id: accessKeyId, aws_secret_access_key: secretAccessKey, aws_session_token: sessionToken } = who;
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
}

async function fetchIdentity(
  who: Who,
  region: string,
  tags: JsonValue | undefined,
  sources: CredentialSources,
): Promise<Fetched<AwsIdentity>> {
  try {
    const provider = await chooseProvider(who, region, tags, sources);
    const identity = await provider();
    return { value: identity, endsAtMs: identity.expiration?.getTime() ?? sources.clock.nowMs() + LIFE_MS_DEFAULT };
  } catch (thrown) {
    if (thrown instanceof CredentialProblem) throw thrown;
    throw new CredentialProblem(`AWS gave no keys: ${thrown instanceof Error ? thrown.name : 'it cannot be reached'}`);
  }
}

async function chooseProvider(
  who: Who,
  region: string,
  tags: JsonValue | undefined,
  sources: CredentialSources,
): Promise<() => Promise<AwsIdentity>> {
  // Loaded by the first call that needs it: plain keys do not.
  const { fromIni, fromNodeProviderChain, fromTemporaryCredentials, fromWebToken } = await import('@aws-sdk/credential-providers');
  const { aws_role_name: role, aws_web_identity_token: webToken, aws_profile_name: profile, aws_sts_endpoint: endpoint } = who;
  const clientConfig = { region, ...(endpoint !== undefined && { endpoint }) };
  const sessionName = who.aws_session_name ?? SESSION_NAME_DEFAULT;
  if (role !== undefined && webToken !== undefined) {
    const webIdentityToken = await readOidcToken(webToken, sources);
    return fromWebToken({
      roleArn: role,
      roleSessionName: sessionName,
      webIdentityToken,
      durationSeconds: SESSION_SECONDS,
      clientConfig,
    });
  }
  if (role !== undefined) {
    const keys = plainKeys(who);
    const externalId = who.aws_external_id;
    return fromTemporaryCredentials({
      params: {
        RoleArn: role,
        RoleSessionName: sessionName,
        DurationSeconds: SESSION_SECONDS,
        ...(externalId !== undefined && { ExternalId: externalId }),
        ...(Array.isArray(tags) && { Tags: toTags(tags) }),
      },
      masterCredentials: keys ?? fromNodeProviderChain({ clientConfig: { region } }),
      clientConfig,
    });
  }
  if (profile === undefined) return fromNodeProviderChain({ clientConfig: { region } });
  const { AWS_SHARED_CREDENTIALS_FILE: filepath, AWS_CONFIG_FILE: configFilepath } = sources.env;
  return fromIni({
    profile,
    clientConfig,
    ...(filepath !== undefined && { filepath }),
    ...(configFilepath !== undefined && { configFilepath }),
  });
}

function toTags(tags: readonly JsonValue[]): { Key: string; Value: string }[] {
  return tags.flatMap((tag) => {
    if (typeof tag !== 'object' || tag === null || !('Key' in tag) || !('Value' in tag)) return [];
    const { Key: key, Value: value } = tag;
    return typeof key === 'string' && typeof value === 'string' ? [{ Key: key, Value: value }] : [];
  });
}
