-- The total of a success that was claimed and is not settled: it outlives its lease. nil if there is none.
local function owed_of(money)
  if money and money ~= '' then
    return money
  end
  return nil
end

-- What decides about a payment of an order.
local function standing_row(order)
  local row = redis.call('HMGET', order, 'paid', 'failed_at', 'closed_at', 'opened_at', 'lease_by',
    'lease_until', 'lease_money', 'undelivered_since', 'last_failure', 'unsettled_claims', 'fence')
  return {
    paid = row[1], failed_at = row[2], closed_at = row[3], opened_at = row[4], lease_by = row[5],
    lease_until = tonumber(row[6] or 0), owed = owed_of(row[7]), undelivered_since = row[8],
    last_failure = row[9], unsettled_claims = tonumber(row[10] or 0), fence = tonumber(row[11] or 0),
  }
end

-- How an order stands towards a payment with this money, whoever asks.
local function stands_towards(row, money, at)
  if row.paid then
    if money == '' then
      return { 'superseded' }
    elseif money == row.paid then
      return { 'duplicate' }
    end
    return { 'conflict' }
  elseif row.lease_by and row.lease_until > at then
    return { 'in_progress', text(row.lease_until - at) }
  elseif row.owed and money == '' then
    return { 'superseded' }
  elseif row.owed and money ~= row.owed then
    return { 'conflict' }
  elseif money == '' and (row.failed_at or row.closed_at) then
    return { 'duplicate' }
  end
  return { 'open' }
end

-- Files an order as undelivered whose success has a lease that ran out.
local function note_expiry(order, undelivered, member, row, at)
  if row.owed and not row.undelivered_since and row.lease_by and row.lease_until <= at then
    local since = text(row.lease_until)
    redis.call('HSET', order, 'undelivered_since', since)
    redis.call('ZADD', undelivered, since, member)
  end
end
