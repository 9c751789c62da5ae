-- KEYS: due, reviewed, undelivered. ARGV: what the keys of orders start with, limit, for how many
-- microseconds they are nobody else's. Those that have been due longest first.
local at = now()
local members = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', text(at), 'LIMIT', 0, ARGV[2])
local records = {}
for _, member in ipairs(members) do
  local order = ARGV[1] .. member
  redis.call('ZADD', KEYS[1], 'XX', text(at + ARGV[3]), member)
  redis.call('HINCRBY', order, 'taken', 1)
  note_expiry(order, KEYS[3], member, standing_row(order), at)
  records[#records + 1] = due_record(order, KEYS[2], member, at) or nil
end
return records
