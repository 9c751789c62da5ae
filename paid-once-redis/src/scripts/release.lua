-- KEYS: order, undelivered, due. ARGV: claimant, member, why, when the order is due at the latest after its
-- first failure (in microseconds from now). The claim stays counted: nobody knows how far it came. What is
-- owed stays too.
local row = standing_row(KEYS[1])
if row.lease_by ~= ARGV[1] then
  return { 'done' }
end
local at = now()
redis.call('HDEL', KEYS[1], 'lease_by', 'lease_until')
if row.owed then
  local since = row.undelivered_since or text(math.min(row.lease_until, at))
  redis.call('HSET', KEYS[1], 'undelivered_since', since, 'last_failure', ARGV[3])
  redis.call('ZADD', KEYS[2], since, ARGV[2])
  local due_by, due_at = at + ARGV[4], redis.call('ZSCORE', KEYS[3], ARGV[2])
  if not row.undelivered_since and tonumber(due_at or due_by + 1) > due_by then
    redis.call('ZADD', KEYS[3], text(due_by), ARGV[2])
  end
end
return { 'done' }
