-- KEYS: refund, refunds, undecided, refunded. ARGV: the refund's name, 'executed' or 'cancelled', member, what the
-- keys of refunds start with.
local state = redis.call('HGET', KEYS[1], 'state')
if not state or state == 'executed' or state == ARGV[2] then
  return { 'done' }
end
-- It deletes first: after that Redis lets the script go on even when its memory is full.
redis.call('ZREM', KEYS[3], ARGV[1])
redis.call('HSET', KEYS[1], 'state', ARGV[2], 'decided_at', text(now()))
if ARGV[2] == 'executed' then
  local sum = refund_sum(KEYS[2], ARGV[4], { executed = true })
  redis.call('HSET', KEYS[4], ARGV[3], digits(sum))
end
return { 'done' }
