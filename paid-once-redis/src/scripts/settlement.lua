-- How a claimant stands with an order: it holds the lease, settled before, or lost it. And the row that says so.
local function standing(order, claimant)
  local row = redis.call('HMGET', order, 'lease_by', 'paid_by', 'failed_by', 'lease_money',
    'unsettled_claims', 'undelivered_since')
  if row[1] == claimant then
    return 'held', row
  elseif row[2] == claimant or row[3] == claimant then
    return 'already', row
  end
  return 'lost', row
end

-- Turns the lease of an order, with the row that says that it is held, into its settlement. A lease without
-- money is for a failure.
-- It deletes first: after that Redis lets the script go on even when its memory is full.
local function settle(order, row, due, paid, unpaid, undelivered, member)
  local claimant, money, claims, undelivered_since = row[1], row[4], tonumber(row[5] or 1) - 1, row[6]
  local at = text(now())
  if undelivered_since then
    redis.call('HDEL', order, 'lease_by', 'lease_until', 'lease_money', 'undelivered_since',
      'last_failure')
    redis.call('ZREM', undelivered, member)
  else
    redis.call('HDEL', order, 'lease_by', 'lease_until', 'lease_money')
  end
  if money == '' then
    redis.call('HSET', order, 'unsettled_claims', text(claims), 'failed_by', claimant,
      'failed_at', at)
    redis.call('ZADD', unpaid, at, member)
    return
  end
  redis.call('HSET', order, 'unsettled_claims', text(claims), 'paid_by', claimant,
    'paid_at', at, 'paid', money)
  redis.call('ZREM', due, member)
  redis.call('ZADD', paid, at, member)
end
