-- A new entry of the review queue. Every script that makes one has these KEYS first: review_ids, all_reviews,
-- open_reviews, refused, under_review; and these ARGV: what the keys of entries, and of the entries of one order, start
-- with. `payment` is fields and values.
local function add_review(name, member, first_seen, payment)
  local id = text(redis.call('HLEN', KEYS[1]) + 1)
  redis.call('HSET', KEYS[1], name, id)
  redis.call('HSET', ARGV[1] .. id, 'member', member, 'seen', '1', 'first_seen', first_seen,
    'last_seen', first_seen, unpack(payment))
  redis.call('ZADD', KEYS[2], id, id)
  redis.call('ZADD', KEYS[3], id, id)
  redis.call('ZADD', KEYS[4], first_seen, id)
  redis.call('ZADD', ARGV[2] .. member, id, id)
  redis.call('HINCRBY', KEYS[5], member, 1)
end
