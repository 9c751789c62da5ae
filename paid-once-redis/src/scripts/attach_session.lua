-- KEYS: order. ARGV: session.
if redis.call('HEXISTS', KEYS[1], 'opened_at') == 1 then
  redis.call('HSET', KEYS[1], 'session', ARGV[1])
end
return { 'done' }
