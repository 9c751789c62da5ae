-- KEYS: due. ARGV: member, pause in microseconds.
redis.call('ZADD', KEYS[1], 'XX', text(now() + ARGV[2]), ARGV[1])
return { 'done' }
