-- One merchant, some of the orders that are due some time. KEYS: due, undecided. ARGV: cursor, how many orders, what
-- the keys of orders start with. The next cursor, leases that ran out, orders that are undelivered since one of
-- them did and are not listed yet, undecided refunds, for how long an order has been due ('' if none is).
local at = now()
local over, unlisted = 0, 0
local found = redis.call('ZSCAN', KEYS[1], ARGV[1], 'COUNT', ARGV[2])
for index = 1, #found[2], 2 do
  local row = standing_row(ARGV[3] .. found[2][index])
  if row.lease_by and row.lease_until <= at then
    over = over + 1
    if row.owed and not row.undelivered_since then
      unlisted = unlisted + 1
    end
  end
end
local first = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', text(at), 'WITHSCORES', 'LIMIT', 0, 1)
return { found[1], text(over), text(unlisted), text(redis.call('ZCARD', KEYS[2])),
  first[2] and text(at - first[2]) or '' }
