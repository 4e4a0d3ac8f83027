import type { JsonValue } from '@stagegate/core-transforms';
import type { MockSettings } from '../ports/index.ts';
import type { ParsedParams } from './parsed-config.ts';

/** What a row says in its provider's place; undefined when it says nothing. */
export function toDeploymentMock(params: ParsedParams): MockSettings | undefined {
  const { mock_response: response, mock_tool_calls: toolCalls, mock_timeout: timesOut, mock_delay: delaySeconds } = params;
  const mock: MockSettings = {
    ...(isSet(response) && { response }),
    ...(isSet(toolCalls) && { toolCalls }),
    ...(timesOut === true && { timesOut }),
    ...(typeof delaySeconds === 'number' && { delaySeconds }),
  };
  return Object.keys(mock).length === 0 ? undefined : mock;
}

/** The config was plain data before; this only says so to the compiler. */
function isSet(value: unknown): value is JsonValue {
  return value !== undefined && value !== null;
}
