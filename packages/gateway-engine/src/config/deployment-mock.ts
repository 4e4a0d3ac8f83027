import type { JsonValue } from '@stagegate/core-transforms';
import type { MockSettings } from '../ports/index.ts';
import type { ParsedParams } from './parsed-config.ts';

/** The mock of a row; undefined when it has none. */
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

/** Tells the compiler what holds already: config values are plain data. */
function isSet(value: unknown): value is JsonValue {
  return value !== undefined && value !== null;
}
