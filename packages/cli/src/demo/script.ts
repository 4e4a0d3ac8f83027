/** The last message of a chat request and its tools, as far as the demo reads them. */
export interface DemoRequest {
  readonly model: string;
  readonly stream: boolean;
  readonly includeUsage: boolean;
  /** Text of the last user message; empty when there is none. */
  readonly asked: string;
  /** Words of the whole conversation, a rough count of its tokens. */
  readonly promptTokens: number;
  /** The first tool, when the client offers one and has not answered it yet. */
  readonly tool: DemoTool | undefined;
  /** `max_tokens`; undefined means no limit. */
  readonly tokensMax: number | undefined;
}

/** A tool that the client offers. */
export interface DemoTool {
  readonly name: string;
  /** Required parameters and their JSON types. */
  readonly parameters: readonly { readonly name: string; readonly type: string }[];
}

/** What the demo answers: words, or a call of the client's tool. */
export interface DemoAnswer {
  readonly words: readonly string[];
  readonly toolCall: { readonly name: string; readonly arguments: string } | undefined;
  readonly finishReason: 'stop' | 'length' | 'tool_calls';
}

/** Reads a chat body leniently: the demo answers whatever the gateway passes on. */
export function readDemoRequest(body: unknown): DemoRequest {
  const request = asRecord(body);
  const messages = asList(request['messages']).map(asRecord);
  const asked = messages.findLast((message) => message['role'] === 'user');
  const answered = messages.at(-1)?.['role'] === 'tool';
  const tokensMax = request['max_completion_tokens'] ?? request['max_tokens'];
  return {
    model: String(request['model'] ?? 'demo'),
    stream: request['stream'] === true,
    includeUsage: asRecord(request['stream_options'])['include_usage'] === true,
    asked: textOf(asked?.['content']),
    promptTokens: messages.reduce((sum, message) => sum + toWords(textOf(message['content'])).length + 3, 0),
    tool: answered || request['tool_choice'] === 'none' ? undefined : readTool(asList(request['tools'])[0]),
    tokensMax: typeof tokensMax === 'number' ? tokensMax : undefined,
  };
}

/** Makes the demo's answer: a call of the first tool that is offered, else a few sentences about the question. */
export function composeAnswer({ asked, tool, tokensMax }: DemoRequest): DemoAnswer {
  if (tool !== undefined) {
    const values = tool.parameters.map(({ name, type }) => [name, sampleOf(type, asked)]);
    return { words: [], toolCall: { name: tool.name, arguments: JSON.stringify(Object.fromEntries(values)) }, finishReason: 'tool_calls' };
  }
  const quoted = asked.length > 80 ? `${asked.slice(0, 80)}…` : asked;
  const text = `You said: "${quoted}". This is Stagegate's built-in demo model: no provider was called, but your request went through the whole gateway. Add a real model to your config file, and the same call reaches it.`;
  const words = toWords(text);
  if (tokensMax !== undefined && tokensMax < words.length)
    return { words: words.slice(0, tokensMax), toolCall: undefined, finishReason: 'length' };
  return { words, toolCall: undefined, finishReason: 'stop' };
}

function readTool(tool: unknown): DemoTool | undefined {
  const described = asRecord(asRecord(tool)['function']);
  if (typeof described['name'] !== 'string') return undefined;
  const schema = asRecord(described['parameters']);
  const properties = asRecord(schema['properties']);
  const names = asList(schema['required']).filter((name) => typeof name === 'string');
  return {
    name: described['name'],
    parameters: names.map((name) => ({ name, type: String(asRecord(properties[name])['type'] ?? 'string') })),
  };
}

function sampleOf(type: string, asked: string): unknown {
  const samples: Readonly<Record<string, unknown>> = { number: 1, integer: 1, boolean: true, array: [], object: {} };
  return Object.hasOwn(samples, type) ? samples[type] : asked.slice(0, 40);
}

/** Words with the space before them, so that joining them gives the text back. */
function toWords(text: string): readonly string[] {
  return text.match(/\s*\S+/gu) ?? [];
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return asList(content)
    .map((part) => asRecord(part)['text'])
    .filter((text) => typeof text === 'string')
    .join(' ');
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : {};
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
