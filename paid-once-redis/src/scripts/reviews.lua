-- KEYS: reviews. ARGV: limit. Newest first: a review, when it was first seen, the next one.
-- As text: a connection of protocol 3 would get pairs of numbers.
local found = redis.call('ZREVRANGEBYSCORE', KEYS[1], '+inf', '-inf', 'WITHSCORES', 'LIMIT', 0, ARGV[1])
for index = 2, #found, 2 do
  found[index] = text(found[index])
end
return found
