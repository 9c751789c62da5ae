-- KEYS: a sorted set of entries. ARGV: from where ('+inf', or '(' and an id), how many, what the keys of entries
-- start with. Newest first.
local reviews = {}
for _, id in ipairs(redis.call('ZREVRANGEBYSCORE', KEYS[1], ARGV[1], '-inf', 'LIMIT', 0, ARGV[2])) do
  reviews[#reviews + 1] = { id, unpack(redis.call('HMGET', ARGV[3] .. id, 'member', 'reason', 'total',
    'code', 'message', 'mode', 'requested', 'seen', 'first_seen', 'last_seen', 'resolution', 'by', 'note',
    'resolved_at')) }
end
return reviews
