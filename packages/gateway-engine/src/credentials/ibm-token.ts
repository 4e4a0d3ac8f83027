import type { Deployment } from '../ports/index.ts';
import type { Keeper } from './keeper.ts';
import { fetchToken } from './oauth-token.ts';
import { CredentialProblem, type CredentialSources, readSetting } from './sources.ts';

const IAM_URL = 'https://iam.cloud.ibm.com/identity/token';
const GRANT = 'urn:ibm:params:oauth:grant-type:apikey';

/**
 * The `authorization` header of IBM's watsonx.ai: a token the deployment holds, a key of Cloud Pak for Data, or a token of IBM
 * Cloud IAM for an API key.
 *
 * errors: rejects with a CredentialProblem.
 * source: LiteLLM 1.106.2, llms/watsonx/common_utils.py, read 2026-11-27.
 */
export async function ibmAuthorization(deployment: Deployment, sources: CredentialSources, keeper: Keeper<string>): Promise<string> {
  const { env } = sources;
  const token = readSetting(deployment, ['token'], env, ['WATSONX_TOKEN']);
  if (token !== undefined) return `Bearer ${token}`;
  const zenKey = readSetting(deployment, ['zen_api_key'], env, ['WATSONX_ZENAPIKEY']);
  if (zenKey !== undefined) return `ZenApiKey ${zenKey}`;
  const { apiKey } = deployment;
  if (apiKey === undefined) throw new CredentialProblem('no api_key and no token');
  const url = env['WATSONX_IAM_URL'] ?? IAM_URL;
  const fetched = await keeper.get(JSON.stringify(['ibm', url, apiKey]), () =>
    fetchToken(url, { grant_type: GRANT, apikey: apiKey }, sources),
  );
  return `Bearer ${fetched}`;
}
