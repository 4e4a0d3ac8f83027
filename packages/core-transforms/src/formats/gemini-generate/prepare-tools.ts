import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { isObject } from '../../json/is-object.ts';
import { cleanSchema, withoutClosing, withoutStrict } from './clean-schema.ts';
import { badRequest } from './errors.ts';
import { isArray, isSaid, objectIn, objectsIn, readString } from './types.ts';

/** Tools in the provider's shape, and their members for `toolConfig`. */
export interface PreparedTools {
  /** Undefined if the request has none. */
  readonly tools: readonly JsonObject[] | undefined;
  readonly config: JsonObject;
}

/** The provider's own tools, in the order in which they are sent: its name for each, and the names by which a client may ask for it. */
const OWN_TOOLS: readonly (readonly [name: string, asked: readonly string[]])[] = [
  ['googleSearch', ['googleSearch', 'google_search']],
  ['googleSearchRetrieval', ['googleSearchRetrieval', 'google_search_retrieval']],
  ['enterpriseWebSearch', ['enterpriseWebSearch', 'enterprise_web_search']],
  ['code_execution', ['codeExecution', 'code_execution']],
  ['url_context', ['url_context', 'urlContext']],
  ['googleMaps', ['googleMaps', 'google_maps']],
  ['computerUse', ['computerUse', 'computer_use']],
];

/** Own tools that the provider does not accept beside functions, unless it is told to run both. */
const SEARCHES: ReadonlySet<string> = new Set(['googleSearch', 'googleSearchRetrieval', 'enterpriseWebSearch', 'url_context']);

/** OpenAI's names for a search of the web. */
const SEARCH_TYPES: ReadonlySet<JsonValue | undefined> = new Set(['web_search', 'web_search_preview']);

const ENVIRONMENTS: Readonly<Record<string, string>> = { browser: 'ENVIRONMENT_BROWSER', unspecified: 'ENVIRONMENT_UNSPECIFIED' };

/**
 * Functions, tools and search options → the provider's tools, each own tool in an object of its own.
 *
 * out:    searches are removed if there are functions. Unknown tools are dropped, as in the reference.
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
 * OpenAI's `tool_choice` → the provider's; undefined if there is none.
 *
 * errors: `unsupported-params` for an unknown value.
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

/** One of the provider's own tools, by the provider's name; undefined for a function, and for an unknown tool. */
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

/** A function's declaration. In the old `functions` the reference leaves schemas almost unchanged. */
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

/** The location for a search in Maps, which is sent beside the tools. */
function placeOf({ latitude, longitude, languageCode }: JsonObject): JsonObject | undefined {
  if (!isSaid(latitude) || !isSaid(longitude)) return undefined;
  return { latLng: { latitude, longitude }, ...(isSaid(languageCode) && { languageCode }) };
}

function withoutPlace({ latitude: _latitude, longitude: _longitude, languageCode: _languageCode, ...rest }: JsonObject): JsonObject {
  return rest;
}

/** Whether a request has the Maps tool, beside which the provider accepts a requested JSON format only in another form. */
export function hasMaps(tools: JsonValue | undefined): boolean {
  return objectsIn(tools).some((tool) => tool['googleMaps'] !== undefined);
}
