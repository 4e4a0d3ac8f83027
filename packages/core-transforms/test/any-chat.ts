import fc from 'fast-check';
import type { JsonObject } from '../src/contract/json.ts';

/** Chat requests, sensible in parts and nonsense in others: what a converter must take without a throw. */
export function anyChat(): fc.Arbitrary<JsonObject> {
  const part = fc.record(
    {
      type: fc.constantFrom('text', 'image_url', 'file', 'thinking', 'document'),
      text: fc.jsonValue(),
      image_url: fc.jsonValue(),
      file: fc.jsonValue(),
      cache_control: fc.jsonValue(),
    },
    { requiredKeys: ['type'] },
  );
  const message = fc.record(
    {
      role: fc.constantFrom('system', 'user', 'assistant', 'tool', 'function', 'developer'),
      content: fc.oneof(fc.string(), fc.array(part), fc.jsonValue()),
      tool_calls: fc.oneof(
        fc.array(fc.record({ id: fc.string(), type: fc.constant('function'), function: fc.jsonValue() })),
        fc.jsonValue(),
      ),
      tool_call_id: fc.jsonValue(),
      thinking_blocks: fc.oneof(fc.array(part), fc.jsonValue()),
      provider_specific_fields: fc.jsonValue(),
    },
    { requiredKeys: ['role'] },
  );
  const tool = fc.oneof(
    fc.record(
      {
        type: fc.constantFrom('function', 'mcp', 'computer_1', 'bash_1', 'namespace'),
        function: fc.jsonValue(),
        name: fc.jsonValue(),
        tools: fc.jsonValue(),
      },
      { requiredKeys: ['type'] },
    ),
    fc.jsonValue(),
  );
  const names = [
    'max_tokens',
    'stop',
    'thinking',
    'reasoning_effort',
    'response_format',
    'tool_choice',
    'web_search_options',
    'context_management',
    'metadata',
    'user',
    'extra_headers',
    'output_config',
    'top_k',
    'speed',
  ];
  const members = fc.dictionary(fc.constantFrom(...names), fc.jsonValue());
  const request = fc.record({
    messages: fc.oneof(fc.array(message), fc.jsonValue()),
    tools: fc.oneof(fc.array(tool), fc.jsonValue()),
    members,
  });
  return request.map((given): JsonObject => JSON.parse(JSON.stringify({ messages: given.messages, tools: given.tools, ...given.members })));
}
