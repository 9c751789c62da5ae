-- KEYS: order, due, paid, unpaid, undelivered. ARGV: member, claimant, then each command: how many words, the words.
-- The commands run before the settlement, so that a refused one leaves the order unsettled.
local stands, row = standing(KEYS[1], ARGV[2])
if stands ~= 'held' then
  return { stands }
end
local at, index = 3, 0
while at <= #ARGV do
  local words = tonumber(ARGV[at])
  local reply = redis.pcall(unpack(ARGV, at + 1, at + words))
  if type(reply) == 'table' and reply.err then
    -- The code alone: the text may repeat what was to be written.
    return { 'refused', text(index), string.match(reply.err, '^%-?(%u+)') or 'ERR' }
  end
  at, index = at + words + 1, index + 1
end
settle(KEYS[1], row, KEYS[2], KEYS[3], KEYS[4], KEYS[5], ARGV[1])
return { 'now' }
