-- KEYS: reviews, reviewed. ARGV: the review, member. The same again changes nothing.
redis.call('ZADD', KEYS[1], 'NX', text(now()), ARGV[1])
redis.call('SADD', KEYS[2], ARGV[2])
return { 'done' }
