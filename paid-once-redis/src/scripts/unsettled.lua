-- KEYS: unsettled. ARGV: age in microseconds, limit. Oldest first.
return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', text(now() - ARGV[1]), 'LIMIT', 0, ARGV[2])
