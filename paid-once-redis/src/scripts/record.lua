-- An order as the ledger hands it out, or false if this shop never opened it.
local function record(order, reviewed, member)
  local row = redis.call('HMGET', order, 'opened_at', 'expected_kind', 'expected', 'mode',
    'session', 'paid', 'failed_at')
  if not row[1] then
    return false
  end
  local state = 'pending'
  if row[6] then
    state = 'paid'
  elseif redis.call('SISMEMBER', reviewed, member) == 1 then
    state = 'review'
  elseif row[7] then
    state = 'failed'
  end
  return { member, row[1], row[2], row[3], row[4], row[5], state, row[6] }
end
