-- KEYS and the first ARGV: see `add_review`. Then ARGV: what names the review, member, the fields and values of the
-- payment. The same again is counted.
local at = text(now())
local id = redis.call('HGET', KEYS[1], ARGV[3])
if id then
  redis.call('HINCRBY', ARGV[1] .. id, 'seen', 1)
  redis.call('HSET', ARGV[1] .. id, 'last_seen', at)
else
  add_review(ARGV[3], ARGV[4], at, { unpack(ARGV, 5) })
end
return { 'done' }
