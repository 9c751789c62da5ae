-- KEYS: order, due, unpaid. ARGV: member. Its cart stays with it until another order takes it: see `open`.
local row = standing_row(KEYS[1])
if not row.opened_at or row.paid or row.owed then
  return { 'open' }
end
if not row.closed_at then
  local at = text(now())
  redis.call('HSET', KEYS[1], 'closed_at', at)
  redis.call('ZADD', KEYS[3], at, ARGV[1])
end
redis.call('ZREM', KEYS[2], ARGV[1])
return { 'closed' }
