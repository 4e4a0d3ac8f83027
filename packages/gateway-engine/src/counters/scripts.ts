/**
 * Adds to counters and reads them, one by one: one that is not a number returns nothing, and the rest go on. A new
 * key gets its time to live, as the reference sets it.
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
 * KEYS: cooldown, half open, probe. ARGV: the reference's value, its milliseconds, and for how many it is half open afterwards.
 */
export const COOL = `
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  redis.call('SET', KEYS[2], '1', 'PX', ARGV[3])
end
redis.call('DEL', KEYS[3])
return 'OK'`;

/** Which deployments cool down. KEYS: cooldowns. out: the number in KEYS, milliseconds left, the value; and so on. */
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

/** Takes the one probe of a half-open deployment. KEYS: cooldown, half open, probe. ARGV: who takes it, for how many milliseconds. */
export const TAKE_PROBE = `
if redis.call('EXISTS', KEYS[1]) == 1 then return 'cooling' end
if redis.call('EXISTS', KEYS[2]) == 0 then return 'well' end
local holder = redis.call('GET', KEYS[3])
if holder and holder ~= ARGV[1] then return 'taken' end
redis.call('SET', KEYS[3], ARGV[1], 'PX', ARGV[2])
return 'yours'`;

/**
 * Writes how many calls one instance has in flight at each deployment, and reads those of instances that were heard of lately.
 *
 * KEYS: one hash per deployment, of instances to "count:until". ARGV: the instance, for how many milliseconds it is believed, its counts.
 */
export const COUNT_IN_FLIGHT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local counts = {}
for index, key in ipairs(KEYS) do
  local elsewhere = 0
  local kept = redis.call('HGETALL', key)
  for at = 1, #kept, 2 do
    local count, till = string.match(kept[at + 1], '^(%d+):(%d+)$')
    if kept[at] ~= ARGV[1] then
      if till and tonumber(till) > now then elsewhere = elsewhere + count
      else redis.call('HDEL', key, kept[at]) end
    end
  end
  local own = ARGV[index + 2]
  if own == '0' then redis.call('HDEL', key, ARGV[1])
  else
    redis.call('HSET', key, ARGV[1], own .. ':' .. string.format('%d', now + ARGV[2]))
    redis.call('PEXPIRE', key, ARGV[2])
  end
  counts[index] = elsewhere
end
return counts`;

/**
 * Appends to the stream of affinities, and reads on.
 *
 * KEYS: the stream. ARGV: the place up to which was read, how many entries are kept, how many are read at once; then key, deployment and
 * milliseconds of each new entry. out: the new place, then key, deployment and milliseconds left; and so on.
 */
export const SHARE_AFFINITIES = `
for at = 4, #ARGV, 3 do
  redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], '*', 'key', ARGV[at], 'id', ARGV[at + 1], 'ms', ARGV[at + 2])
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local found = {}
local read = redis.call('XREAD', 'COUNT', ARGV[3], 'STREAMS', KEYS[1], ARGV[1])
if read then
  for _, entry in ipairs(read[1][2]) do
    local told = string.match(entry[1], '^%d+')
    found[#found + 1] = entry[1]
    found[#found + 1] = entry[2][2]
    found[#found + 1] = entry[2][4]
    found[#found + 1] = tostring(math.floor(told + entry[2][6] - now))
  end
end
return found`;
