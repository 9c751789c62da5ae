-- KEYS: order, done. ARGV: member, claimant, lease in microseconds, money ('' for a failure).
-- Money is compared as text, never as a number: a double cannot hold every total.
local order, done = KEYS[1], KEYS[2]
local member, claimant, lease_for, money = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

local row = redis.call('HMGET', order, 'paid', 'failed_at', 'lease_by', 'lease_until')
local paid, failed, holder, lease_until = row[1], row[2], row[3], tonumber(row[4] or 0)

if paid then
  if money == '' then
    return { 'superseded' }
  elseif money == paid then
    return { 'duplicate' }
  end
  return { 'conflict' }
end

local at = now()
local own = holder == claimant
local live = holder and lease_until > at
local failed_before = failed and money == ''

if live and (failed_before or not own) then
  return { 'in_progress', text(lease_until - at) }
elseif failed_before then
  return { 'duplicate' }
end

redis.call('HSET', order, 'lease_by', claimant, 'lease_until', text(at + lease_for),
  'lease_money', money)
-- The claimant's own lease is granted again as it is; any other claim counts up.
if own then
  local counts = redis.call('HMGET', order, 'unsettled_claims', 'fence')
  return { 'granted', counts[1], counts[2] }
end
local attempt = redis.call('HINCRBY', order, 'unsettled_claims', 1)
local fence = redis.call('HINCRBY', order, 'fence', 1)
redis.call('ZREM', done, member)
return { 'granted', text(attempt), text(fence) }
