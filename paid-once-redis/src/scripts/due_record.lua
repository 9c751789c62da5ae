-- The record of an order that is or was due, its age and how often it was taken. One that was never opened,
-- and is due because a success of it is owed, was opened then as far as anybody can say. False if it is gone.
local function due_record(order, reviewed, member, at)
  local row = redis.call('HMGET', order, 'opened_at', 'taken', 'undelivered_since', 'lease_until')
  local opened_at = row[1] or row[3] or row[4]
  local found
  if row[1] then
    found = record(order, reviewed, member, at)
  elseif redis.call('HEXISTS', order, 'fence') == 1 then
    opened_at = text(math.min(tonumber(opened_at or at), at))
    local owed = redis.call('HMGET', order, 'lease_money', 'unsettled_claims', 'last_failure')
    local money = owed_of(owed[1])
    local is_undelivered = money and (row[3] or tonumber(row[4] or 0) <= at)
    found = { member, opened_at, 'unknown', '', 'live', false,
      is_undelivered and 'undelivered' or 'pending', is_undelivered and money or false,
      owed[2] or '0', row[3] or row[4], owed[3] }
  else
    return false
  end
  found[12] = text(math.max(0, at - tonumber(opened_at)))
  found[13] = row[2] or '0'
  return found
end
