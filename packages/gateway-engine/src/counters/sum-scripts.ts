/**
 * Adds to sums and reads them. A sum ends as long after its beginning as in the reference (router_strategy/budget_limiter.py, LiteLLM
 * 1.106.2), whose keys these are. A sum of ours whose key Redis has lost begins with what this instance knows of it.
 *
 * KEYS: per sum its key and the key of its beginning. ARGV: per sum what to add, what is known of it, the milliseconds left, and its whole
 * length.
 *
 * out: per sum its value, as text, and the milliseconds left; nothing and 0 where it has not begun.
 */
export const ADD_TO_SUMS = `
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local found = {}
for at = 1, #KEYS / 2 do
  local sum, begun = KEYS[at * 2 - 1], KEYS[at * 2]
  local by, known = tonumber(ARGV[at * 4 - 3]), tonumber(ARGV[at * 4 - 2])
  local left, whole = tonumber(ARGV[at * 4 - 1]), tonumber(ARGV[at * 4])
  local start = redis.pcall('GET', begun)
  start = type(start) == 'string' and tonumber(start) or nil
  if start and (now - start) * 1000 >= whole then
    redis.call('DEL', sum, begun)
    start, known = nil, 0
  end
  if redis.call('EXISTS', sum) == 1 then
    if by ~= 0 then redis.pcall('INCRBYFLOAT', sum, ARGV[at * 4 - 3]) end
    if redis.call('PTTL', sum) == -1 then redis.call('PEXPIRE', sum, math.max(1, math.floor(left))) end
  elseif by + known ~= 0 then
    local ms = start and whole - (now - start) * 1000 or left
    ms = math.max(1, math.floor(ms))
    redis.call('SET', sum, string.format('%.17g', by + known), 'PX', ms)
    if not start then redis.call('SET', begun, string.format('%.6f', now - (whole - ms) / 1000), 'PX', ms) end
  end
  local total = redis.pcall('GET', sum)
  found[at * 2 - 1] = type(total) == 'string' and total or ''
  found[at * 2] = math.max(0, redis.call('PTTL', sum))
end
return found`;
