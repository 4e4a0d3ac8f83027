/**
 * Takes of all limits of a call in one step: a request of each, then a place of each, then tokens of each. Counters, and when a minute
 * begins and ends, are those of LiteLLM 1.106.2 (proxy/hooks/parallel_request_limiter_v3.py), so that both count together. The clock is the
 * server's.
 *
 * KEYS: per limit its window, requests, tokens, places. ARGV: tokens, the place's name, seconds of a minute, the longest that a place is
 * held in seconds; then per limit its maxima of requests, places, tokens, or nothing.
 *
 * out: 0, then per limit the window's start, requests, places, tokens; or, where a limit is reached, 1 for requests, 2 for places and 3 for
 *      tokens, the limit's number, and its count.
 */
export const TAKE_RATES = `
local now = tonumber(redis.call('TIME')[1])
local tokens, place, size, hold = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local count = #KEYS / 4
local function key(limit, kind) return KEYS[(limit - 1) * 4 + kind] end
local function most(limit, kind) return tonumber(ARGV[4 + (limit - 1) * 3 + kind]) end
local function started(limit)
  local start = redis.call('GET', key(limit, 1))
  return start and now - tonumber(start) < size and start or nil
end
local function add(limit, kind, by)
  local start = started(limit)
  if not start then
    redis.call('DEL', key(limit, 2), key(limit, 3))
    redis.call('SET', key(limit, 1), tostring(now), 'EX', size)
  end
  local total = redis.call('INCRBY', key(limit, kind), by)
  if redis.call('TTL', key(limit, kind)) == -1 then redis.call('EXPIRE', key(limit, kind), size) end
  return total
end
local requests, places, used = {}, {}, {}
for limit = 1, count do requests[limit] = most(limit, 1) and add(limit, 2, 1) or 0 end
for limit = 1, count do
  if most(limit, 1) and requests[limit] > most(limit, 1) then return {1, limit, requests[limit] - 1} end
end
for limit = 1, count do
  places[limit] = 0
  if most(limit, 2) then
    redis.call('ZREMRANGEBYSCORE', key(limit, 4), '-inf', now - hold)
    places[limit] = redis.call('ZCARD', key(limit, 4))
    if places[limit] + 1 > most(limit, 2) then return {2, limit, places[limit]} end
  end
end
for limit = 1, count do
  if most(limit, 3) then
    used[limit] = started(limit) and tonumber(redis.call('GET', key(limit, 3)) or 0) or 0
    if used[limit] + tokens > most(limit, 3) then return {3, limit, used[limit]} end
  end
end
local taken = {0}
for limit = 1, count do
  if most(limit, 2) then
    redis.call('ZADD', key(limit, 4), now, place)
    redis.call('EXPIRE', key(limit, 4), hold)
    places[limit] = places[limit] + 1
  end
  used[limit] = most(limit, 3) and add(limit, 3, tokens) or 0
  taken[#taken + 1] = redis.call('GET', key(limit, 1)) or ''
  taken[#taken + 1] = requests[limit]
  taken[#taken + 1] = places[limit]
  taken[#taken + 1] = used[limit]
end
return taken`;

/**
 * Gives back what a call has taken: its places, and the tokens that it did not use, unless their minute is over.
 *
 * KEYS: per limit its window, tokens, places. ARGV: tokens to add, the place's name, seconds of a minute; then per limit the start of its
 * window, or nothing where no tokens were taken.
 */
export const END_RATES = `
for limit = 1, #KEYS / 3 do
  local base = (limit - 1) * 3
  redis.call('ZREM', KEYS[base + 3], ARGV[2])
  if ARGV[1] ~= '0' and ARGV[3 + limit] ~= '' and redis.call('GET', KEYS[base + 1]) == ARGV[3 + limit] then
    redis.call('INCRBY', KEYS[base + 2], ARGV[1])
    if redis.call('TTL', KEYS[base + 2]) == -1 then redis.call('EXPIRE', KEYS[base + 2], ARGV[3]) end
  end
end
return 'OK'`;
