import { readFileSync } from 'node:fs';
import { Exit } from '../serve/exit.ts';
import { wordFileError } from '../serve/word-file-error.ts';

/** The request of a curl command line. */
export interface CurlRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

const FLAGS_WITH_VALUE = new Set([
  '-o',
  '--output',
  '-u',
  '--user',
  '-m',
  '--max-time',
  '--connect-timeout',
  '-w',
  '--write-out',
  '-A',
  '--user-agent',
  '-x',
  '--proxy',
]);
const DATA_FLAGS = new Set(['-d', '--data', '--data-raw', '--data-binary', '--data-ascii']);

/**
 * Reads the words of a curl command line, with or without a leading `curl`; a URL may be only a path.
 *
 * errors: throws Exit 2 for words that it does not know, Exit 1 for a file that cannot be read.
 */
export async function readCurl(words: readonly string[]): Promise<CurlRequest> {
  const read = new CurlWords(words[0] === 'curl' ? words.slice(1) : words);
  const headers: Record<string, string> = {};
  const form = new FormData();
  const data: string[] = [];
  let [method, target]: (string | undefined)[] = [];
  for (let word = read.next(); word !== undefined; word = read.next()) {
    if (word === '-X' || word === '--request') method = read.value(word);
    else if (word === '-H' || word === '--header') addHeader(headers, read.value(word));
    else if (DATA_FLAGS.has(word)) data.push(readData(read.value(word)));
    else if (word === '--json') {
      data.push(readData(read.value(word)));
      headers['content-type'] ??= 'application/json';
    } else if (word === '-F' || word === '--form') addField(form, read.value(word));
    else if (FLAGS_WITH_VALUE.has(word)) read.value(word);
    else if (!word.startsWith('-')) target = word;
  }
  if (target === undefined)
    throw new Exit(2, 'a request needs an address: stagegate migrate explain /v1/chat/completions -d \'{"model": "…"}\'');
  const isForm = [...form.keys()].length > 0;
  const encoded = new Response(isForm ? form : data.join('&'));
  if (isForm) headers['content-type'] = encoded.headers.get('content-type') ?? '';
  const body = new Uint8Array(await encoded.arrayBuffer());
  return { method: method ?? (body.length > 0 ? 'POST' : 'GET'), path: pathOf(target), headers, body };
}

/** The words, read one by one; `-XPOST` counts as two. */
class CurlWords {
  readonly #words: string[];

  constructor(words: readonly string[]) {
    this.#words = words.flatMap((word) => (/^-[XHdF]./u.test(word) ? [word.slice(0, 2), word.slice(2)] : [word]));
  }

  next(): string | undefined {
    return this.#words.shift();
  }

  value(flag: string): string {
    const value = this.#words.shift();
    if (value === undefined) throw new Exit(2, `${flag}: expected a value after it`);
    return value;
  }
}

function addHeader(headers: Record<string, string>, line: string): void {
  const colon = line.indexOf(':');
  if (colon <= 0) throw new Exit(2, `--header: expected "name: value", found "${line}"`);
  headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
}

/** Adds a field of a form. Files are not read, because only the name of their field matters. */
function addField(form: FormData, field: string): void {
  const [name = '', value = ''] = field.split(/=(.*)/su);
  if (value.startsWith('@')) form.set(name, new Blob([]), value.slice(1));
  else form.set(name, value);
}

function readData(value: string): string {
  if (!value.startsWith('@')) return value;
  try {
    return readFileSync(value.slice(1), 'utf8');
  } catch (error) {
    throw new Exit(1, `cannot read the request: ${wordFileError(value.slice(1), error)}`);
  }
}

function pathOf(target: string): string {
  const url = URL.parse(target.startsWith('/') ? `http://localhost${target}` : target.includes('://') ? target : `http://${target}`);
  if (url === null) throw new Exit(2, `expected an address or a path, found "${target}"`);
  return url.pathname;
}
