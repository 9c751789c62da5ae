-- KEYS: done, unsettled. ARGV: age in microseconds, batch, what the keys of orders and of carts
-- start with.
local past = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', text(now() - ARGV[1]), 'LIMIT', 0, ARGV[2])
for _, member in ipairs(past) do
  free_cart(ARGV[3] .. member, ARGV[4], member)
  redis.call('DEL', ARGV[3] .. member)
  redis.call('ZREM', KEYS[1], member)
  redis.call('ZREM', KEYS[2], member)
end
return { text(#past) }
