-- KEYS: order, due. ARGV: member, how often it may have been taken.
local at = now()
local due_at = redis.call('ZSCORE', KEYS[2], ARGV[1])
local taken = tonumber(redis.call('HGET', KEYS[1], 'taken') or 0)
if due_at and tonumber(due_at) > at and taken < tonumber(ARGV[2]) then
  redis.call('ZADD', KEYS[2], 'XX', text(at), ARGV[1])
end
return { 'done' }
