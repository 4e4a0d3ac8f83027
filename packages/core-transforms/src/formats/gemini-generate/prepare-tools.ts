import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { isObject } from '../../json/is-object.ts';
import { cleanSchema, withoutClosing, withoutStrict } from './clean-schema.ts';
import { badRequest } from './errors.ts';
import { isArray, isSaid, objectIn, objectsIn, readString } from './types.ts';

/** Tools as the provider takes them, and what they say for `toolConfig`. */
export interface PreparedTools {
  /** Undefined when the request brings none. */
  readonly tools: readonly JsonObject[] | undefined;
  readonly config: JsonObject;
}

/** The provider's own tools: its name for each, and the names under which a client may ask for it, in the order they are sent. */
const OWN_TOOLS: readonly (readonly [name: string, asked: readonly string[]])[] = [
  ['googleSearch', ['googleSearch', 'google_search']],
  ['googleSearchRetrieval', ['googleSearchRetrieval', 'google_search_retrieval']],
  ['enterpriseWebSearch', ['enterpriseWebSearch', 'enterprise_web_search']],
  ['code_execution', ['codeExecution', 'code_execution']],
  ['url_context', ['url_context', 'urlContext']],
  ['googleMaps', ['googleMaps', 'google_maps']],
  ['computerUse', ['computerUse', 'computer_use']],
];

/** Own tools that the provider does not take beside functions, unless it is told to run both. */
const SEARCHES: ReadonlySet<string> = new Set(['googleSearch', 'googleSearchRetrieval', 'enterpriseWebSearch', 'url_context']);

/** OpenAI's names for a search of the web. */
const SEARCH_TYPES: ReadonlySet<JsonValue | undefined> = new Set(['web_search', 'web_search_preview']);

const ENVIRONMENTS: Readonly<Record<string, string>> = { browser: 'ENVIRONMENT_BROWSER', unspecified: 'ENVIRONMENT_UNSPECIFIED' };

/**
 * Functions, tools and search options → the provider's tools, each own tool in an object of its own.
 *
 * out:    searches go when there are functions beside them. Tools nobody knows are dropped, as the reference does.
 * errors: `bad-request` for a function without a name; those of cleanSchema.
 * source: LiteLLM 1.106.2, vertex_and_google_ai_studio_gemini.py `_map_function`, read 2026-11-26.
 */
export function prepareTools(params: JsonObject): Outcome<PreparedTools> {
  const { functions, tools: given, web_search_options: search } = params;
  if (isSaid(given) && !isArray(given)) return badRequest('tools', 'expected a list');
  const tools: JsonObject[] = [];
  let place: JsonObject | undefined;
  for (const list of [functions, given]) {
    if (!isArray(list) || list.length === 0) continue;
    const read = readTools(list);
    if (!read.ok) return read;
    tools.push(...toTools(read.value));
    place ??= placeOf(read.value.own.get('googleMaps') ?? {});
  }
  const isAsked = [functions, given].some((list) => isArray(list) && list.length > 0) || isObject(search);
  if (!isAsked) return ok({ tools: undefined, config: {} });
  if (isObject(search)) tools.push({ googleSearch: {} });
  const mixed =
    params['include_server_side_tool_invocations'] !== true && tools.some((tool) => tool['function_declarations'] !== undefined);
  return ok({
    tools: mixed ? tools.filter((tool) => !Object.keys(tool).some((name) => SEARCHES.has(name))) : tools,
    config: place === undefined ? {} : { retrievalConfig: place },
  });
}

interface ReadTools {
  readonly declared: readonly JsonObject[];
  readonly own: ReadonlyMap<string, JsonObject>;
}

function readTools(list: readonly JsonValue[]): Outcome<ReadTools> {
  const declared: JsonObject[] = [];
  const own = new Map<string, JsonObject>();
  for (const [index, tool] of list.entries()) {
    if (!isObject(tool)) return badRequest(`tools[${index}]`, 'a tool must be an object');
    const asked = ownTool(tool);
    if (asked !== undefined) own.set(...asked);
    if (asked !== undefined || (!isObject(tool['function']) && tool['name'] === undefined)) continue;
    const declaration = toDeclaration(tool, `tools[${index}]`);
    if (!declaration.ok) return declaration;
    declared.push(declaration.value);
  }
  return ok({ declared, own });
}

function toTools({ declared, own }: ReadTools): readonly JsonObject[] {
  const sent = OWN_TOOLS.flatMap(([name]) => {
    const value = own.get(name);
    return value === undefined ? [] : [{ [name]: name === 'googleMaps' ? withoutPlace(value) : value }];
  });
  return declared.length > 0 ? [{ function_declarations: declared }, ...sent] : sent;
}

/**
 * OpenAI's `tool_choice` as the provider's; undefined when there is none.
 *
 * errors: `unsupported-params` for a word nobody knows.
 */
export function chooseTool(given: JsonValue | undefined, plan: Plan): Outcome<JsonObject | undefined> {
  const modes: Readonly<Record<string, string>> = { none: 'NONE', required: 'ANY', auto: 'AUTO' };
  if (isObject(given)) {
    const name = readString(objectIn(given, 'function'), 'name') ?? '';
    return ok({ functionCallingConfig: { mode: 'ANY', allowed_function_names: [name] } });
  }
  if (typeof given !== 'string') return ok(undefined);
  const mode = modes[given];
  if (mode !== undefined) return ok({ functionCallingConfig: { mode } });
  const values = "['auto', 'required', json object]";
  const message =
    `VertexAI doesn't support tool_choice=${given}. Supported tool_choice values=${values}. ` +
    'To drop it from the call, set `litellm.drop_params = True.';
  return fail({ kind: 'unsupported-params', provider: plan.provider.id, model: plan.model, params: ['tool_choice'], message });
}

/** One of the provider's own tools, by the provider's name; undefined for a function, and for what nobody knows. */
function ownTool(tool: JsonObject): [string, JsonObject] | undefined {
  const { type, ...rest } = tool;
  if (SEARCH_TYPES.has(type)) return ['googleSearch', {}];
  if (type === 'computer_use') return ['computerUse', toComputerUse(rest)];
  const names = Object.keys(rest);
  const [asked] = names;
  const known = names.length === 1 ? OWN_TOOLS.find(([, all]) => asked !== undefined && all.includes(asked)) : undefined;
  const value = asked === undefined ? undefined : rest[asked];
  if (known === undefined || !isObject(value)) return undefined;
  return [known[0], known[0] === 'computerUse' ? toComputerUse(value) : value];
}

/** In a list of functions of the old kind the reference leaves schemas nearly as they came. */
function toDeclaration(tool: JsonObject, path: string): Outcome<JsonObject> {
  const isOld = !isObject(tool['function']);
  const { name, description, parameters } = isOld ? tool : objectIn(tool, 'function');
  if (typeof name !== 'string') return badRequest(path, 'a function needs a name');
  const plain = parameters === '' ? { type: 'object' } : parameters;
  const opened = isOld && plain !== undefined ? withoutClosing(withoutStrict(plain)) : plain;
  const schema = isObject(opened) && !isOld ? cleanSchema(opened) : ok(opened);
  if (!schema.ok) return schema;
  return ok({
    name,
    ...(isSaid(description) && { description }),
    ...(isSaid(schema.value) && { parameters: schema.value }),
  });
}

function toComputerUse({ environment, excluded_predefined_functions: snake, excludedPredefinedFunctions: camel }: JsonObject): JsonObject {
  const named = typeof environment === 'string' ? (ENVIRONMENTS[environment] ?? environment) : undefined;
  const excluded = snake ?? camel;
  return {
    ...(named !== undefined && Object.values(ENVIRONMENTS).includes(named) && { environment: named }),
    ...(excluded !== undefined && { excludedPredefinedFunctions: excluded }),
  };
}

/** Where a search on the map starts from: it stands beside the tools. */
function placeOf({ latitude, longitude, languageCode }: JsonObject): JsonObject | undefined {
  if (!isSaid(latitude) || !isSaid(longitude)) return undefined;
  return { latLng: { latitude, longitude }, ...(isSaid(languageCode) && { languageCode }) };
}

function withoutPlace({ latitude: _latitude, longitude: _longitude, languageCode: _languageCode, ...rest }: JsonObject): JsonObject {
  return rest;
}

/** Whether a request that asks for JSON asks for a look-up on the map too: the provider then takes the wish for JSON in another form. */
export function hasMaps(tools: JsonValue | undefined): boolean {
  return objectsIn(tools).some((tool) => tool['googleMaps'] !== undefined);
}
