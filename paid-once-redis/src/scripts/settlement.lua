-- How a claimant stands with an order: it holds the lease, settled before, or lost it.
local function standing(order, claimant)
  local row = redis.call('HMGET', order, 'lease_by', 'paid_by', 'failed_by')
  if row[1] == claimant then
    return 'held'
  elseif row[2] == claimant or row[3] == claimant then
    return 'already'
  end
  return 'lost'
end

-- Turns the lease of an order into its settlement. A lease without money is for a failure.
-- It deletes first: after that Redis lets the script go on even when its memory is full.
local function settle(order, due, paid, unpaid, undelivered, member)
  local row = redis.call('HMGET', order, 'lease_by', 'lease_money', 'undelivered_since')
  local at = text(now())
  redis.call('HDEL', order, 'lease_by', 'lease_until', 'lease_money', 'undelivered_since',
    'last_failure')
  redis.call('HINCRBY', order, 'unsettled_claims', -1)
  if row[2] == '' then
    redis.call('HSET', order, 'failed_by', row[1], 'failed_at', at)
    redis.call('ZADD', unpaid, at, member)
    return
  end
  redis.call('HSET', order, 'paid_by', row[1], 'paid_at', at, 'paid', row[2])
  redis.call('ZREM', due, member)
  redis.call('ZADD', paid, at, member)
  if row[3] then
    redis.call('ZREM', undelivered, member)
  end
end
