import { expect, test } from 'vitest';
import { findNearName } from './near-name.ts';

const KNOWN = ['api_key', 'timeout', 'drop_params', 'model_list', 'rpm', 'weight'];

test.each([
  ['api_ky', 'api_key'],
  ['api_kye', 'api_key'],
  ['timout', 'timeout'],
  ['weights', 'weight'],
  ['drop_parms', 'drop_params'],
  ['droped_params', 'drop_params'],
  ['model_lst', 'model_list'],
  ['api_typo', undefined],
  ['temperature', undefined],
  ['rpmm', undefined],
  ['', undefined],
])('%j means %j', (name, meant) => {
  expect(findNearName(name, KNOWN)).toBe(meant);
});
