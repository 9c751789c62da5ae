-- KEYS: the orders that are done, by since when; opened. ARGV: age in microseconds, batch, what the keys of orders,
-- of carts and of due orders start with.
local at = now()
local past = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', text(at - ARGV[1]), 'LIMIT', 0, ARGV[2])
local purged = 0
for _, member in ipairs(past) do
  local order = ARGV[3] .. member
  local lease_until = tonumber(redis.call('HGET', order, 'lease_until') or 0)
  if lease_until > at then
    -- Somebody handles a payment of it: not before that is over.
    redis.call('ZADD', KEYS[1], text(lease_until), member)
  else
    free_cart(order, ARGV[4], member)
    redis.call('DEL', order)
    redis.call('ZREM', KEYS[1], member)
    redis.call('ZREM', KEYS[2], member)
    redis.call('ZREM', ARGV[5] .. merchant_of(member), member)
    purged = purged + 1
  end
end
return { text(purged), text(#past) }
