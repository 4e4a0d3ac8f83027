import * as v from 'valibot';

/** A number, or text that is one (environment variables are text), at least 0. */
export const Amount: v.GenericSchema<unknown, number> = v.pipe(
  v.union([v.number(), v.pipe(v.string(), v.regex(/^\s*\d+(?:\.\d+)?\s*$/u), v.transform(Number))], 'a number ≥ 0'),
  v.minValue(0, 'a number ≥ 0'),
  v.finite('a number ≥ 0'),
);

/** The same, or nothing. */
export const AtLeastZero: v.NullishSchema<v.GenericSchema<unknown, number>, undefined> = v.nullish(Amount);

/** How many: a whole number, or nothing. */
export const Count: v.NullishSchema<v.GenericSchema<unknown, number>, undefined> = v.nullish(
  v.pipe(Amount, v.integer('a whole number ≥ 0')),
);

/** Python's and YAML's spellings of a flag. */
export const Flag: v.NullishSchema<v.GenericSchema<unknown, boolean>, undefined> = v.nullish(
  v.union(
    [
      v.boolean(),
      v.pipe(
        v.string(),
        v.regex(/^(?:true|false|1|0|yes|no|on|off)$/iu),
        v.transform((text) => /^(?:true|1|yes|on)$/iu.test(text)),
      ),
    ],
    'true or false',
  ),
);

/** Text, or nothing. */
export const Text: v.NullishSchema<v.GenericSchema<unknown, string>, undefined> = v.nullish(v.string('text'));
/** A list of texts, or nothing. */
export const Texts: v.NullishSchema<v.GenericSchema<unknown, readonly string[]>, undefined> = v.nullish(
  v.array(v.string('text'), 'a list of names'),
);
/** Any mapping, or nothing. */
export const Mapping: v.NullishSchema<v.GenericSchema<unknown, Readonly<Record<string, unknown>>>, undefined> = v.nullish(
  v.record(v.string(), v.unknown(), 'a mapping'),
);
/** An address, or nothing. */
export const HttpUrl: v.NullishSchema<v.GenericSchema<unknown, string>, undefined> = v.nullish(
  v.pipe(v.string('an http(s) URL'), v.regex(/^https?:\/\/\S+$/u, 'an http(s) URL')),
);

const DURATION = 'a duration: 30s, 30m, 30h, 30d, 2w or 1mo';
/** How long, as LiteLLM writes it, or nothing. */
export const Duration: v.NullishSchema<v.GenericSchema<unknown, string>, undefined> = v.nullish(
  v.pipe(v.string(DURATION), v.regex(/^(?:[1-9]\d{0,8}[smhdw]|1mo)$/u, DURATION)),
);
