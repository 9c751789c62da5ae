-- From layout 1 or 2 to 3, some reviews at a time, oldest first. KEYS and the first ARGV: see `add_review`; then
-- KEYS: layout, the reviews and the reviewed of layouts 1 and 2, the done and the unsettled of layout 1; ARGV: the
-- new layout, how many.
if redis.call('GET', KEYS[6]) == ARGV[3] then
  return { 'done' }
end
local old = redis.call('ZRANGEBYSCORE', KEYS[7], '-inf', '+inf', 'WITHSCORES', 'LIMIT', 0, ARGV[4])
for index = 1, #old, 2 do
  local name = old[index]
  local reason, total, member = string.match(name, '^([^|]*)|([^|]*)|(.*)$')
  add_review(name, member, text(old[index + 1]), { 'reason', reason, 'total', total, 'mode', 'live' })
  redis.call('ZREM', KEYS[7], name)
end
if #old > 0 then
  return { 'more' }
end
redis.call('SET', KEYS[6], ARGV[3])
redis.call('DEL', KEYS[9], KEYS[10])
-- A node of the layout before that still runs is refused there, before it writes anything.
redis.call('SET', KEYS[7], 'moved')
redis.call('SET', KEYS[8], 'moved')
return { 'done' }
