-- KEYS: a sorted set of members by time. ARGV: limit, and the age in microseconds that they have at least, or ''
-- for all of them.
local last = ARGV[2] == '' and '+inf' or text(now() - ARGV[2])
return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', last, 'LIMIT', 0, ARGV[1])
