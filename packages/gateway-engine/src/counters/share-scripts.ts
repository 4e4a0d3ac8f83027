/**
 * Takes one request of a group and of a share of it in one step. The share is enforced only once enough of the group is used. Counters, and
 * when a minute begins and ends, are those of LiteLLM 1.106.2 (proxy/hooks/dynamic_rate_limiter_v3.py), so that both count together.
 *
 * KEYS: of the group and then of the share, if there is one: window, requests, tokens. ARGV: seconds of a minute, from which used part of
 * the group the share is enforced; then per limit its maxima of requests and tokens, or nothing.
 *
 * out: 0, then per limit the window's start, requests, 0, tokens; or, where one is used up, 1 for requests and 3 for tokens, the limit's
 *      number, its count, and the used part of the group.
 */
export const TAKE_SHARE = `
local now = tonumber(redis.call('TIME')[1])
local size, from = tonumber(ARGV[1]), tonumber(ARGV[2])
local function key(limit, kind) return KEYS[(limit - 1) * 3 + kind] end
local function most(limit, kind) return tonumber(ARGV[2 + (limit - 1) * 2 + kind]) end
local count, running, used, part = #KEYS / 3, {}, {}, 0
for limit = 1, count do
  local start = redis.call('GET', key(limit, 1))
  running[limit] = start and now - tonumber(start) < size
  used[limit] = {}
  for kind = 1, 2 do
    local total = running[limit] and tonumber(redis.call('GET', key(limit, kind + 1)) or 0) or 0
    used[limit][kind] = total
    if limit == 1 and (most(1, kind) or 0) > 0 then part = math.max(part, total / most(1, kind)) end
  end
end
for limit = 1, part >= from and count or 1 do
  for kind = 1, 2 do
    if most(limit, kind) and used[limit][kind] + 1 > most(limit, kind) then
      return {kind == 1 and 1 or 3, limit, tostring(used[limit][kind]), string.format('%.17g', part)}
    end
  end
end
local taken = {0}
for limit = 1, count do
  if not running[limit] then
    redis.call('DEL', key(limit, 2), key(limit, 3))
    redis.call('SET', key(limit, 1), tostring(now), 'EX', size)
  end
  local requests = redis.call('INCRBY', key(limit, 2), 1)
  if redis.call('TTL', key(limit, 2)) == -1 then redis.call('EXPIRE', key(limit, 2), size) end
  taken[#taken + 1] = redis.call('GET', key(limit, 1)) or ''
  taken[#taken + 1] = requests
  taken[#taken + 1] = 0
  taken[#taken + 1] = used[limit][2]
end
return taken`;
