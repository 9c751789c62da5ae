-- An order as the ledger hands it out, or false if this shop never opened it.
local function record(order, reviewed, member, at)
  local row = redis.call('HMGET', order, 'opened_at', 'expected_kind', 'expected', 'mode',
    'session', 'paid', 'failed_at', 'closed_at', 'lease_money', 'lease_until', 'undelivered_since',
    'last_failure', 'unsettled_claims')
  if not row[1] then
    return false
  end
  local owed, lease_until, since = owed_of(row[9]), tonumber(row[10] or 0), row[11]
  if owed and not since and lease_until <= at then
    since = text(lease_until)
  end
  local state = 'pending'
  if row[6] then
    state = 'paid'
  elseif owed and since then
    state = 'undelivered'
  elseif redis.call('SISMEMBER', reviewed, member) == 1 then
    state = 'review'
  elseif row[7] then
    state = 'failed'
  elseif row[8] then
    state = 'closed'
  end
  return { member, row[1], row[2], row[3], row[4], row[5], state, row[6] or owed or false,
    row[13] or '0', since or false, row[12] }
end
