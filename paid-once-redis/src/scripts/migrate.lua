-- From layout 1 or 2 to 3, some orders at a time. KEYS: paid, unpaid, layout, opened, merchants. ARGV: cursor, how
-- many orders, what the keys of orders and of due orders start with, the new layout. Each step may be done again,
-- by whoever else opens the ledger: what is filed is not filed anew.
if redis.call('GET', KEYS[3]) == ARGV[5] then
  return { '0' }
end
local at = now()
local day = 86400 * 1000000
local found = redis.call('SCAN', ARGV[1], 'MATCH', ARGV[3] .. '*', 'COUNT', ARGV[2])
for _, order in ipairs(found[2]) do
  local member = string.sub(order, #ARGV[3] + 1)
  local row = redis.call('HMGET', order, 'paid_at', 'failed_at', 'opened_at', 'lease_money', 'closed_at')
  local opened_at, owed = tonumber(row[3] or nil), owed_of(row[4])
  redis.call('SADD', KEYS[5], merchant_of(member))
  if opened_at then
    redis.call('ZADD', KEYS[4], 'NX', row[3], member)
  end
  if row[1] then
    redis.call('ZADD', KEYS[1], 'NX', row[1], member)
  elseif not row[5] and (opened_at or owed) then
    -- What is open is asked about once more, however old it is. What is older than a day is spread over a
    -- day, so that it does not stand in front of new orders.
    local due_at = at + 60 * 1000000
    if opened_at and opened_at > at - day then
      due_at = opened_at + 300 * 1000000
    elseif opened_at then
      due_at = at + day * tonumber(string.sub(redis.sha1hex(member), 1, 8), 16) / 4294967296
    end
    redis.call('ZADD', ARGV[4] .. merchant_of(member), 'NX', text(math.floor(due_at)), member)
  end
  if row[2] and not row[1] and not owed then
    redis.call('ZADD', KEYS[2], 'NX', row[2], member)
  end
end
return { found[1] }
