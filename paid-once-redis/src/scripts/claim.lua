-- KEYS: order, due, unpaid, undelivered, merchants. ARGV: member, claimant, lease in microseconds, money ('' for a
-- failure), when a success is due that is not due already (in microseconds from now), merchant.
-- Money is compared as text, never as a number: a double cannot hold every total.
local order, due, unpaid, undelivered, merchants = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local member, claimant, lease_for, money = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

local row = standing_row(order)
local at = now()
local own = row.lease_by == claimant
local stands = stands_towards(row, money, at)
if stands[1] ~= 'open' and not (own and stands[1] == 'in_progress') then
  return stands
end

if not own then
  note_expiry(order, undelivered, member, row, at)
end
-- The claimant's own lease is granted again as it is; any other claim counts up.
local attempt, fence = row.unsettled_claims, row.fence
if not own then
  attempt, fence = attempt + 1, fence + 1
end
redis.call('HSET', order, 'lease_by', claimant, 'lease_until', text(at + lease_for),
  'lease_money', money, 'unsettled_claims', text(attempt), 'fence', text(fence))
if row.last_failure then
  redis.call('HDEL', order, 'last_failure')
end
if money ~= '' and (row.closed_at or not row.opened_at) then
  redis.call('ZADD', due, 'NX', text(at + ARGV[5]), member)
  redis.call('SADD', merchants, ARGV[6])
end
if money ~= '' and (row.failed_at or row.closed_at) then
  redis.call('ZREM', unpaid, member)
end
return { 'granted', text(attempt), text(fence) }
