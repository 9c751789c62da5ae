-- KEYS: a sorted set of members by time. ARGV: limit, and 'past' for those alone whose time has come.
local last = ARGV[2] == 'past' and text(now()) or '+inf'
return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', last, 'LIMIT', 0, ARGV[1])
