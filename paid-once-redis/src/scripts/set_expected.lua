-- KEYS: order, done, unsettled. ARGV: member, expected kind, expected.
local order = KEYS[1]
redis.call('HSET', order, 'expected_kind', ARGV[2], 'expected', ARGV[3])
if redis.call('HEXISTS', order, 'opened_at') == 0 then
  local at = text(now())
  redis.call('HSET', order, 'opened_at', at, 'mode', 'live')
  local row = redis.call('HMGET', order, 'paid_at', 'failed_at')
  if not row[1] and not row[2] then
    redis.call('ZADD', KEYS[3], at, ARGV[1])
  end
  file_as_done(order, KEYS[2], ARGV[1])
end
return { 'done' }
