-- KEYS: order, refund, refunds, undecided, merchants. ARGV: the refund's name, the call, the amount, what was paid
-- as the caller says ('' if nobody says), who asks, member, reference, merchant, what the keys of refunds start
-- with.
local row = redis.call('HMGET', KEYS[1], 'paid', 'opened_at', 'fence')
local is_known = row[2] or row[3]
local paid = row[1] or (not is_known and ARGV[4] ~= '' and ARGV[4])
if not paid then
  return { is_known and 'not_paid' or 'unknown_order' }
end
local before = redis.call('HMGET', KEYS[2], 'state', 'call')
if before[1] and before[1] ~= 'cancelled' then
  -- A client that lost the answer may send the same call again.
  return { before[2] == ARGV[2] and 'granted' or 'duplicate' }
end
local units, currency = parts(ARGV[3])
local paid_units, paid_currency = parts(paid)
local taken = refund_sum(KEYS[3], ARGV[9], { reserved = true, executed = true })
local left = plus(amount(paid_units), taken, -1)
if left[1] < 0 then
  left = { 0, 0 }
end
if currency ~= paid_currency or plus(left, amount(units), -1)[1] < 0 then
  return { 'exceeds', digits(left) .. ' ' .. paid_currency }
end
local at = text(now())
local last = redis.call('ZREVRANGE', KEYS[3], 0, 0, 'WITHSCORES')
redis.call('HSET', KEYS[2], 'member', ARGV[6], 'reference', ARGV[7], 'amount', ARGV[3], 'by', ARGV[5],
  'call', ARGV[2], 'state', 'reserved', 'reserved_at', at)
redis.call('HDEL', KEYS[2], 'decided_at')
redis.call('ZADD', KEYS[3], text((last[2] or 0) + 1), ARGV[1])
redis.call('ZADD', KEYS[4], at, ARGV[1])
redis.call('SADD', KEYS[5], ARGV[8])
return { 'granted' }
