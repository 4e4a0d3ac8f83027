import { isObject, type JsonObject, type JsonValue } from '@stagegate/core-transforms';
import { refuseInvalid, type Invalid } from './refusal.ts';

/** The type of a member of a body, checked as laxly as pydantic does: a number may be sent as text. Members that are not required may be null. */
export type FieldKind = 'text' | 'number' | 'integer' | 'flag' | 'texts' | 'object' | 'objects' | 'any';

/** All members that a route reads, by name; `!` marks required ones. */
export type Fields = Readonly<Record<string, FieldKind | `${FieldKind}!`>>;

/**
 * Reads the members of a body that a route knows. All others are dropped, so that no caller can write a column that is not his to write.
 *
 * errors: throws a Refusal that lists every invalid member, as FastAPI words it.
 */
export function readFields(body: JsonObject, fields: Fields, at: readonly (string | number)[] = ['body']): JsonObject {
  const { read, invalid } = checkFields(body, fields, at);
  if (invalid.length > 0) throw refuseInvalid(invalid);
  return read;
}

interface Checked {
  readonly read: JsonObject;
  readonly invalid: readonly Invalid[];
}

function checkFields(body: JsonObject, fields: Fields, at: readonly (string | number)[]): Checked {
  const read: Record<string, JsonValue> = {};
  const invalid: Invalid[] = [];
  for (const [name, wanted] of Object.entries(fields)) {
    const required = wanted.endsWith('!');
    const kind = (required ? wanted.slice(0, -1) : wanted) as FieldKind;
    const value = Object.hasOwn(body, name) ? body[name] : undefined;
    if (value === undefined) {
      if (required) invalid.push({ type: 'missing', loc: [...at, name], msg: 'Field required' });
      continue;
    }
    if (value === null && !required) {
      read[name] = null;
      continue;
    }
    const taken = READERS[kind](value);
    if ('value' in taken) read[name] = taken.value;
    else invalid.push({ type: taken.type, loc: [...at, name, ...(taken.at ?? [])], msg: taken.msg });
  }
  return { read, invalid };
}

/** A list of objects in a body; `check` adds rules beyond types. */
interface Items {
  readonly name: string;
  readonly max: number;
  readonly fields: Fields;
  readonly check?: (item: JsonObject) => string | undefined;
}

/**
 * Reads a body that consists of one list of objects, where the reference forbids unknown members.
 *
 * errors: throws a Refusal that lists every problem.
 */
export function readItems(body: JsonObject, { name, max, fields, check }: Items): readonly JsonObject[] {
  refuseOthers(body, { [name]: 'any' });
  const { [name]: items } = readFields(body, { [name]: 'any!' });
  if (!Array.isArray(items)) throw refuseInvalid([{ type: 'list_type', loc: ['body', name], msg: 'Input should be a valid list' }]);
  refuseLength(items, ['body', name], max);
  const checked = items.map((item, index) => checkItem(item, fields, ['body', name, index], check));
  const invalid = checked.flatMap((each) => each.invalid);
  if (invalid.length > 0) throw refuseInvalid(invalid);
  return checked.map(({ read }) => read);
}

/** Refuses a list that is empty or too long. */
export function refuseLength(items: readonly unknown[], loc: readonly (string | number)[], max: number): void {
  const { length } = items;
  if (length === 0) throw refuseInvalid([{ type: 'too_short', loc, msg: 'List should have at least 1 item after validation, not 0' }]);
  if (length <= max) return;
  throw refuseInvalid([{ type: 'too_long', loc, msg: `List should have at most ${max} items after validation, not ${length}` }]);
}

function checkItem(item: JsonValue, fields: Fields, at: readonly (string | number)[], check: Items['check']): Checked {
  if (!isObject(item)) {
    const msg = 'Input should be a valid dictionary or object to extract fields from';
    return { read: {}, invalid: [{ type: 'model_attributes_type', loc: at, msg }] };
  }
  const { read, invalid } = checkFields(item, fields, at);
  const others = findOthers(item, fields, at);
  const wrong = check?.(read);
  const value = wrong === undefined ? [] : [{ type: 'value_error', loc: at, msg: `Value error, ${wrong}` }];
  return { read, invalid: [...invalid, ...others, ...value] };
}

/** Refuses unknown members of a body, on routes where the reference forbids them. */
export function refuseOthers(body: JsonObject, known: Fields, at: readonly (string | number)[] = ['body']): void {
  const others = findOthers(body, known, at);
  if (others.length > 0) throw refuseInvalid(others);
}

function findOthers(body: JsonObject, known: Fields, at: readonly (string | number)[]): readonly Invalid[] {
  const others = Object.keys(body).filter((name) => !Object.hasOwn(known, name));
  return others.map((name) => ({ type: 'extra_forbidden', loc: [...at, name], msg: 'Extra inputs are not permitted' }));
}

type Taken = { readonly value: JsonValue } | { readonly type: string; readonly msg: string; readonly at?: readonly number[] };

const READERS: Readonly<Record<FieldKind, (value: JsonValue) => Taken>> = {
  text: (value) => (typeof value === 'string' ? { value } : { type: 'string_type', msg: 'Input should be a valid string' }),
  number: readNumber,
  integer: readInteger,
  flag: readFlag,
  texts: readTexts,
  object: (value) => (isObject(value) ? { value } : { type: 'dict_type', msg: 'Input should be a valid dictionary' }),
  objects: (value) =>
    Array.isArray(value) && value.every(isObject) ? { value } : { type: 'list_type', msg: 'Input should be a valid list' },
  any: (value) => ({ value }),
};

function readNumber(value: JsonValue): Taken {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'boolean') return { value: Number(number) };
  if (typeof number === 'number' && Number.isFinite(number)) return { value: number };
  if (typeof value !== 'string') return { type: 'float_type', msg: 'Input should be a valid number' };
  return { type: 'float_parsing', msg: 'Input should be a valid number, unable to parse string as a number' };
}

function readInteger(value: JsonValue): Taken {
  const number = readNumber(value);
  if (!('value' in number)) {
    return number.type === 'float_type'
      ? { type: 'int_type', msg: 'Input should be a valid integer' }
      : { type: 'int_parsing', msg: 'Input should be a valid integer, unable to parse string as an integer' };
  }
  if (Number.isSafeInteger(number.value)) return number;
  return { type: 'int_from_float', msg: 'Input should be a valid integer, got a number with a fractional part' };
}

const FLAGS: Readonly<Record<string, boolean>> = {
  true: true,
  false: false,
  1: true,
  0: false,
  yes: true,
  no: false,
  on: true,
  off: false,
};

function readFlag(value: JsonValue): Taken {
  if (typeof value === 'boolean') return { value };
  const word = typeof value === 'string' || typeof value === 'number' ? String(value).toLowerCase() : '';
  if (word === '') return { type: 'bool_type', msg: 'Input should be a valid boolean' };
  const flag = Object.hasOwn(FLAGS, word) ? FLAGS[word] : undefined;
  return flag === undefined ? { type: 'bool_parsing', msg: 'Input should be a valid boolean, unable to interpret input' } : { value: flag };
}

function readTexts(value: JsonValue): Taken {
  if (!Array.isArray(value)) return { type: 'list_type', msg: 'Input should be a valid list' };
  const bad = value.findIndex((item) => typeof item !== 'string');
  return bad === -1 ? { value } : { type: 'string_type', msg: 'Input should be a valid string', at: [bad] };
}
