-- KEYS: order, under_review, refunded, due. ARGV: member. The record, and what else there is to tell.
local life = record(KEYS[1], KEYS[2], KEYS[3], ARGV[1], now(), true)
if not life then
  return {}
end
local row = redis.call('HMGET', KEYS[1], 'fence', 'unsettled_claims', 'taken', 'lease_until', 'failed_at',
  'paid_at', 'closed_at')
local was_opened = redis.call('HEXISTS', KEYS[1], 'opened_at') == 1
local due_at = redis.call('ZSCORE', KEYS[4], ARGV[1])
for _, one in ipairs({ was_opened and 'opened' or 'unopened', row[1] or '0', row[2] or '0', row[3] or '0',
  row[4], row[5], row[6], row[7], due_at and text(due_at) }) do
  life[#life + 1] = one
end
return life
