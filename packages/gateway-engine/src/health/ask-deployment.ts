import type { ChooseTransform, JsonObject } from '@stagegate/core-transforms';
import { withoutSecrets, type ConfiguredDeployment, type LoadedConfig } from '../config/index.ts';
import { createEngine } from '../pipeline/index.ts';
import {
  silentLog,
  type CallAnswer,
  type Clock,
  type Credentials,
  type Deployment,
  type GatewayConfig,
  type Ids,
  type RawCall,
  type Upstream,
} from '../ports/index.ts';
import { ROUTES } from '../routes/index.ts';
import { toHealthQuestion } from './question.ts';

/** What a check is made with. */
export interface AskParts {
  readonly config: LoadedConfig;
  readonly transforms: ChooseTransform;
  readonly upstream: Upstream;
  readonly credentials: Credentials;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** What a check of one deployment found. */
export interface HealthFinding {
  readonly id: string;
  readonly healthy: boolean;
  /** The row as the reference shows it, with every detail. */
  readonly shown: JsonObject;
}

const TIMEOUT_SECONDS = 60;
const ERROR_CHARACTERS_MAX = 1000;
/** The options of a row that are shown: those that say where a call goes. */
const SHOWN_OPTIONS = [
  'api_version',
  'aws_bedrock_runtime_endpoint',
  'aws_region_name',
  'region_name',
  'watsonx_region_name',
  'vertex_project',
  'vertex_location',
];
const SHOWN_HEADERS = ['x-ratelimit-remaining-requests', 'x-ratelimit-remaining-tokens', 'x-ms-region'];

/**
 * Checks one deployment by a call like any other: through an engine with only this deployment, and so without retries, cooldowns, or
 * anybody's limits.
 */
export async function askDeployment(parts: AskParts, row: ConfiguredDeployment): Promise<HealthFinding> {
  const { id } = row;
  const question = toHealthQuestion(row);
  const base = describe(row);
  if ('problem' in question) return { id, healthy: false, shown: { ...base, error: question.problem, model_id: id } };
  const { deployment, path, body } = question;
  const model = deployment.underlyingModel;
  const answer = await ask(parts, { ...deployment, id }, path, body, secondsOf(row));
  if (answer === undefined) {
    return { id, healthy: false, shown: { ...base, model, error: 'Timeout exceeded', model_id: id, exception_status: 408 } };
  }
  const told = Object.fromEntries(
    SHOWN_HEADERS.flatMap((name) => (answer.headers[name] === undefined ? [] : [[name, answer.headers[name]]])),
  );
  if (answer.status < 300) return { id, healthy: true, shown: { ...base, model, ...told, model_id: id } };
  return {
    id,
    healthy: false,
    shown: { ...base, model, ...told, error: readError(answer), model_id: id, exception_status: answer.status },
  };
}

/** out: undefined when the time limit was reached. */
async function ask(
  { config: { router: _router, ...config }, transforms, upstream, credentials, clock, ids }: AskParts,
  deployment: Deployment,
  path: string,
  body: JsonObject,
  seconds: number,
): Promise<CallAnswer | undefined> {
  const route = ROUTES.find((one) => one.kind === 'call' && one.paths.includes(path));
  if (route === undefined) throw new Error(`no route ${path}`);
  const engine = createEngine({ config: toAlone(config, deployment), transforms, upstream, credentials, clock, ids, log: silentLog });
  const patience = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => {
      patience.abort();
      resolve(undefined);
    }, seconds * 1000);
  });
  const answer = await Promise.race([engine.run(route, toRawCall(path, body, patience.signal)), late]);
  clearTimeout(timer);
  return answer;
}

/** A configuration of one deployment that lets everybody in. Without limits, so that those which its answer shows are the provider's. */
function toAlone(config: Omit<LoadedConfig, 'router'>, deployment: Deployment): GatewayConfig {
  return {
    ...config,
    deployments: [{ ...deployment, rpm: undefined, tpm: undefined }],
    modelGroupAliases: new Map<string, string>(),
    masterKey: undefined,
  };
}

function toRawCall(path: string, body: JsonObject, signal: AbortSignal): RawCall {
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  return {
    method: 'POST',
    path,
    query: '',
    header: (name) => (name === 'content-type' ? 'application/json' : undefined),
    headerNames: () => ['content-type'],
    readBody: () => Promise.resolve(bytes),
    prescan: undefined,
    signal,
  };
}

function describe({ underlyingModel, apiBase, rpm, tpm, settings }: ConfiguredDeployment): JsonObject {
  const options = SHOWN_OPTIONS.flatMap((name) => (settings.options[name] === undefined ? [] : [[name, settings.options[name]] as const]));
  return {
    model: underlyingModel,
    ...(apiBase !== undefined && { api_base: withoutSecrets(apiBase) }),
    ...Object.fromEntries(options),
    ...(rpm !== undefined && { rpm }),
    ...(tpm !== undefined && { tpm }),
  };
}

function secondsOf({ modelInfo }: ConfiguredDeployment): number {
  const seconds = modelInfo['health_check_timeout'];
  return typeof seconds === 'number' && seconds > 0 ? seconds : TIMEOUT_SECONDS;
}

function readError({ status, body }: CallAnswer): string {
  const text = typeof body === 'string' ? body : body instanceof Uint8Array ? new TextDecoder().decode(body) : '';
  const message = /"message":\s*"((?:[^"\\]|\\.)*)"/u.exec(text)?.[1];
  const shown = message === undefined ? `status ${status}` : String(JSON.parse(`"${message}"`));
  return shown.slice(0, ERROR_CHARACTERS_MAX);
}
