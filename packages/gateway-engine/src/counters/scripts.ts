/**
 * Counts up and reads, each key by itself: one that holds something else than a number says nothing, and the others go on. A key that is
 * new gets its time to live, as the reference gives it.
 *
 * KEYS: the counters. ARGV: seconds to live, then what to add to each.
 */
export const COUNT = `
local totals = {}
for index, key in ipairs(KEYS) do
  local by = ARGV[index + 1]
  local total
  if by == '0' then
    total = redis.pcall('GET', key)
  else
    total = redis.pcall('INCRBYFLOAT', key, by)
    if redis.call('TTL', key) == -1 then redis.call('EXPIRE', key, ARGV[1]) end
  end
  totals[index] = type(total) == 'string' and total or '0'
end
return totals`;

/**
 * Begins a cooldown, unless a longer one runs.
 *
 * KEYS: cooldown, half open, probe. ARGV: what the reference keeps of it, its milliseconds, those that it may be half open after it.
 */
export const COOL = `
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  redis.call('SET', KEYS[2], '1', 'PX', ARGV[3])
end
redis.call('DEL', KEYS[3])
return 'OK'`;

/** Which of these cool down. KEYS: cooldowns. out: number in KEYS, milliseconds left, what is kept of it; and so on. */
export const READ_COOLDOWNS = `
local kept = redis.call('MGET', unpack(KEYS))
local found = {}
for index, key in ipairs(KEYS) do
  if kept[index] then
    found[#found + 1] = index
    found[#found + 1] = redis.call('PTTL', key)
    found[#found + 1] = kept[index]
  end
end
return found`;

/** Takes the one probe of a half-open deployment. KEYS: cooldown, half open, probe. ARGV: who, for how many milliseconds. */
export const TAKE_PROBE = `
if redis.call('EXISTS', KEYS[1]) == 1 then return 'cooling' end
if redis.call('EXISTS', KEYS[2]) == 0 then return 'well' end
local holder = redis.call('GET', KEYS[3])
if holder and holder ~= ARGV[1] then return 'taken' end
redis.call('SET', KEYS[3], ARGV[1], 'PX', ARGV[2])
return 'yours'`;
