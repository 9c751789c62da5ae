-- KEYS: order, done, unsettled, reviewed, and the cart if there is an idempotency key.
-- ARGV: member, expected kind, expected, mode, then with a cart: its name, its fingerprint, for how
-- many microseconds an unpaid order answers for it, and what the keys of orders start with.
local order, done, unsettled, reviewed, cart = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local member = ARGV[1]
local at = now()

-- The order that still answers for the cart.
local function holder_of_the_cart()
  local holder = redis.call('GET', cart)
  local found = holder and record(ARGV[8] .. holder, reviewed, holder)
  if not found then
    return nil
  end
  local opened_at, state = tonumber(found[2]), found[7]
  if state == 'failed' or (state ~= 'paid' and at - opened_at >= tonumber(ARGV[7])) then
    return nil
  elseif redis.call('HGET', ARGV[8] .. holder, 'fingerprint') ~= ARGV[6] then
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
  redis.call('HSET', order, 'cart', ARGV[5], 'fingerprint', ARGV[6])
  redis.call('SET', cart, member)
end
if not redis.call('HGET', order, 'paid_at') and not redis.call('HGET', order, 'failed_at') then
  redis.call('ZADD', unsettled, text(at), member)
end
file_as_done(order, done, member)
return { 'new' }
