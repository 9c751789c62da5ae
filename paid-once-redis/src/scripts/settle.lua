-- KEYS: order, due, paid, unpaid, undelivered. ARGV: member, claimant.
local stands, row = standing(KEYS[1], ARGV[2])
if stands == 'held' then
  settle(KEYS[1], row, KEYS[2], KEYS[3], KEYS[4], KEYS[5], ARGV[1])
  return { 'now' }
end
return { stands }
