import { parseJson } from '@stagegate/core-transforms';

/** Where one server is reached. */
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
}

const PORT_MAX = 65_535;

/**
 * The servers that a cluster or sentinels are reached by: a list of `{host, port}` or `[host, port]`, or JSON of one, as variables hold it.
 *
 * out: at least one; undefined where it is no such list.
 */
export function readAddresses(value: unknown): readonly RedisAddress[] | undefined {
  const list = typeof value === 'string' ? parseJson(value) : value;
  if (!Array.isArray(list) || list.length === 0) return undefined;
  const read = list.map(readAddress);
  return read.every((address) => address !== undefined) ? read : undefined;
}

function readAddress(value: unknown): RedisAddress | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const [host, port]: readonly unknown[] = Array.isArray(value)
    ? value
    : [(value as Readonly<Record<string, unknown>>)['host'], (value as Readonly<Record<string, unknown>>)['port']];
  const number = typeof port === 'string' && /^\d+$/u.test(port) ? Number(port) : port;
  if (typeof host !== 'string' || host === '' || typeof number !== 'number' || !Number.isInteger(number)) return undefined;
  return number > 0 && number <= PORT_MAX ? { host, port: number } : undefined;
}
