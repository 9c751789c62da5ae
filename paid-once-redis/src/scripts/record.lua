-- An order as the ledger hands it out, or false if there is none. One that this shop never opened is there only
-- for who asks for it: it was opened as early as anybody can say.
local function record(order, under_review, refunded, member, at, or_unopened)
  local row = redis.call('HMGET', order, 'opened_at', 'expected_kind', 'expected', 'mode',
    'session', 'paid', 'failed_at', 'closed_at', 'lease_money', 'lease_until', 'undelivered_since',
    'last_failure', 'unsettled_claims', 'fence', 'paid_at')
  if not row[1] and not (or_unopened and row[14]) then
    return false
  end
  local owed, lease_until, since = owed_of(row[9]), tonumber(row[10] or 0), row[11]
  local known_since = since or row[10] or row[15] or row[7] or at
  if owed and not since and lease_until <= at then
    since = text(lease_until)
  end
  local state, given_back = 'pending', false
  if row[6] then
    state, given_back = 'paid', redis.call('HGET', refunded, member)
  elseif owed and since then
    state = 'undelivered'
  elseif redis.call('HEXISTS', under_review, member) == 1 then
    state = 'review'
  elseif row[7] then
    state = 'failed'
  elseif row[8] then
    state = 'closed'
  end
  return { member, row[1] or text(math.min(known_since, at)), row[2] or 'unknown', row[3] or '',
    row[4] or 'live', row[5], state, row[6] or owed or false, row[13] or '0', since or false, row[12],
    given_back }
end
