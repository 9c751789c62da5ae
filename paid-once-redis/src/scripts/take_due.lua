-- KEYS: due, under_review, undelivered, refunded. ARGV: what the keys of orders start with, limit, for how many
-- microseconds they are nobody else's. Those that have been due longest first. An order whose key somebody
-- deleted is due no more.
local due, limit = KEYS[1], tonumber(ARGV[2])
local at = now()
local busy_until = text(at + math.max(1, ARGV[3]))
local records = {}
while #records < limit do
  local members = redis.call('ZRANGEBYSCORE', due, '-inf', text(at), 'LIMIT', 0, limit - #records)
  if #members == 0 then
    break
  end
  for _, member in ipairs(members) do
    local order = ARGV[1] .. member
    local row = redis.call('HMGET', order, 'opened_at', 'fence')
    if row[1] or row[2] then
      redis.call('ZADD', due, 'XX', busy_until, member)
      redis.call('HINCRBY', order, 'taken', 1)
      note_expiry(order, KEYS[3], member, standing_row(order), at)
      records[#records + 1] = due_record(order, KEYS[2], KEYS[4], member, at)
    else
      redis.call('ZREM', due, member)
    end
  end
end
return records
