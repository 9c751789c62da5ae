-- KEYS: layout, a key that is never there. ARGV: the layout of this version. Writes it only where there is none yet.
-- Then tries every other command in a way that changes nothing: the layout is a text, which most refuse. Answers the
-- layout, and the commands that the user may not run.
local missing = {}
local found

local function try(name, ...)
  local reply = redis.pcall(name, ...)
  local refused = type(reply) == 'table' and reply.err
  -- Up to Redis 7.0, and since. Whatever else is wrong shows when the command is needed.
  if refused and (string.find(refused, "The user executing the script can't", 1, true)
      or string.find(refused, 'ACL failure in script', 1, true)) then
    missing[#missing + 1] = name
  end
  return reply
end

found = try('get', KEYS[1])
if not found then
  local set = try('set', KEYS[1], ARGV[1], 'NX')
  if type(set) == 'table' and set.err and #missing == 0 then
    return set
  end
  found = ARGV[1]
elseif type(found) == 'table' and found.err and #missing == 0 then
  return found
else
  try('set', KEYS[1], ARGV[1], 'NX')
end
-- The layout is not there, and what follows would write it.
if #missing > 0 then
  return { '', unpack(missing) }
end

local text, never = KEYS[1], KEYS[2]
try('time')
try('del', never)
try('scan', '0', 'COUNT', '1')
try('hget', text, 'x')
try('hset', text, 'x', 'x')
try('hmget', text, 'x')
try('hdel', text, 'x')
try('hexists', text, 'x')
try('hincrby', text, 'x', '1')
try('hlen', text)
try('sadd', text, 'x')
try('smembers', text)
try('zadd', text, '1', 'x')
try('zrem', text, 'x')
try('zscore', text, 'x')
try('zcard', text)
try('zcount', text, '1', '2')
try('zscan', text, '0')
try('zrange', text, '0', '0')
try('zrevrange', text, '0', '0')
try('zrevrank', text, 'x')
try('zrangebyscore', text, '1', '2')
try('zrevrangebyscore', text, '2', '1')
return { found, unpack(missing) }
