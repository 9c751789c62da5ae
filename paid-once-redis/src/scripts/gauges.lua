-- KEYS: undelivered, open_reviews, merchants. How many are undelivered and open; then all merchants.
return { text(redis.call('ZCARD', KEYS[1])), text(redis.call('ZCARD', KEYS[2])),
  unpack(redis.call('SMEMBERS', KEYS[3])) }
