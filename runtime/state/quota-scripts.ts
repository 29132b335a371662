import { createRedisScript } from './redis-script';

/**
 * Helpers of the scripts. Numbers are written with `%.0f`, because Lua would write a large one with an exponent. The time
 * is Redis' own: replicas need not agree on theirs.
 */
const PRELUDE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function whole(number) return string.format('%.0f', number) end
local function readLeases(key)
  local sum, fields = 0, redis.call('HGETALL', key)
  for i = 1, #fields, 2 do
    local count, ends = string.match(fields[i + 1], '^(%d+):(%d+)$')
    if ends and tonumber(ends) > now then sum = sum + tonumber(count)
    else redis.call('HDEL', key, fields[i]) end
  end
  return sum
end
local function readLease(key, boot)
  local held = redis.call('HGET', key, boot)
  return held and tonumber(string.match(held, '^%d+')) or 0
end
local function writeLease(key, boot, count, leaseMs)
  if count <= 0 then redis.call('HDEL', key, boot) return end
  redis.call('HSET', key, boot, whole(count) .. ':' .. whole(now + leaseMs))
  redis.call('PEXPIRE', key, whole(leaseMs * 2))
end
`;

/**
 * Reserves all or nothing. ARGV: boot, lease; then for each key its kind, limit, amount, what is known to be used, time to
 * live. Answers 0 and what remains of each, or the number of the first that refuses and what remains of that one.
 */
export const RESERVE = createRedisScript(`${PRELUDE}
local boot, leaseMs = ARGV[1], tonumber(ARGV[2])
local used, answer = {}, {0}
for i = 1, #KEYS do
  local at = 2 + (i - 1) * 5
  local limit, amount = tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  if ARGV[at + 1] == 'concurrent' then used[i] = readLeases(KEYS[i])
  else used[i] = math.max(tonumber(redis.call('GET', KEYS[i]) or '0'), tonumber(ARGV[at + 4])) end
  if used[i] + amount > limit then return {i, whole(math.max(0, limit - used[i]))} end
  answer[i + 1] = whole(limit - used[i] - amount)
end
for i = 1, #KEYS do
  local at = 2 + (i - 1) * 5
  local amount = tonumber(ARGV[at + 3])
  if ARGV[at + 1] == 'concurrent' then
    writeLease(KEYS[i], boot, readLease(KEYS[i], boot) + amount, leaseMs)
  else redis.call('SET', KEYS[i], whole(used[i] + amount), 'PX', ARGV[at + 5]) end
end
return answer
`);

/**
 * Puts what was used in place of what was reserved. ARGV: boot, lease; then for each key its kind, the difference, what is
 * known to be used, time to live. From a counter that is gone nothing is taken: its window is over, or the next
 * reservation starts it from what is known.
 */
export const SETTLE = createRedisScript(`${PRELUDE}
local boot, leaseMs = ARGV[1], tonumber(ARGV[2])
for i = 1, #KEYS do
  local at = 2 + (i - 1) * 4
  local difference = tonumber(ARGV[at + 2])
  if ARGV[at + 1] == 'concurrent' then
    writeLease(KEYS[i], boot, readLease(KEYS[i], boot) + difference, leaseMs)
  else
    local used = redis.call('GET', KEYS[i])
    if used then
      redis.call('SET', KEYS[i], whole(math.max(0, tonumber(used) + difference)), 'KEEPTTL')
    elseif difference > 0 then
      redis.call('SET', KEYS[i], whole(tonumber(ARGV[at + 3]) + difference), 'PX', ARGV[at + 4])
    end
  end
end
return 0
`);

/** ARGV: boot, lease, and how many places this boot holds. */
export const RENEW = createRedisScript(`${PRELUDE}
writeLease(KEYS[1], ARGV[1], tonumber(ARGV[3]), tonumber(ARGV[2]))
return 0
`);
