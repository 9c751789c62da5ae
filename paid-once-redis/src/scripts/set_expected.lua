-- KEYS: order, due, opened, merchants. ARGV: member, expected kind, expected, age in microseconds at which it is
-- due if it is new, merchant.
local order = KEYS[1]
redis.call('HSET', order, 'expected_kind', ARGV[2], 'expected', ARGV[3])
if redis.call('HEXISTS', order, 'opened_at') == 0 then
  local at = now()
  redis.call('HSET', order, 'opened_at', text(at), 'mode', 'live')
  redis.call('ZADD', KEYS[3], text(at), ARGV[1])
  redis.call('SADD', KEYS[4], ARGV[5])
  if redis.call('HEXISTS', order, 'paid_at') == 0 then
    redis.call('ZADD', KEYS[2], 'NX', text(at + ARGV[4]), ARGV[1])
  end
end
return { 'done' }
