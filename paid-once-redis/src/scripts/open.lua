-- KEYS: order, due, under_review, refunded, opened, merchants, and the cart if there is an idempotency key.
-- ARGV: member, expected kind, expected, mode, age in microseconds at which it is due, merchant, then with a
-- cart: its name, its fingerprint, for how many microseconds an unpaid order answers for it, and what the keys
-- of orders start with.
local order, due, under_review, refunded, cart = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[7]
local member = ARGV[1]
local at = now()

-- The order that still answers for the cart.
local function holder_of_the_cart()
  local holder = redis.call('GET', cart)
  local found = holder and record(ARGV[10] .. holder, under_review, refunded, holder, at)
  if not found then
    return nil
  end
  local opened_at, state = tonumber(found[2]), found[7]
  local row = redis.call('HMGET', ARGV[10] .. holder, 'fingerprint', 'lease_money')
  local answers = owed_of(row[2]) or state == 'paid' or state == 'review'
    or (state == 'pending' and at - opened_at < tonumber(ARGV[9]))
  if not answers then
    return nil
  elseif row[1] ~= ARGV[8] then
    return { 'key_reused' }
  end
  return { 'existing', unpack(found) }
end

local existing = cart and holder_of_the_cart()
if existing then
  return existing
elseif redis.call('HEXISTS', order, 'opened_at') == 1 then
  return { 'order_exists' }
end

redis.call('HSET', order, 'opened_at', text(at), 'expected_kind', ARGV[2], 'expected', ARGV[3],
  'mode', ARGV[4])
if cart then
  redis.call('HSET', order, 'cart', ARGV[7], 'fingerprint', ARGV[8])
  redis.call('SET', cart, member)
end
redis.call('ZADD', KEYS[5], text(at), member)
redis.call('SADD', KEYS[6], ARGV[6])
-- What was claimed before is due by then too.
if redis.call('HEXISTS', order, 'paid_at') == 0 then
  redis.call('ZADD', due, 'NX', text(at + ARGV[5]), member)
end
return { 'new' }
