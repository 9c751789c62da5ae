-- KEYS: unsettled, reviewed. ARGV: what the keys of orders start with, then members.
-- What was settled or purged since its member was read is left out.
local records = {}
for index = 2, #ARGV do
  local member = ARGV[index]
  if redis.call('ZSCORE', KEYS[1], member) then
    records[#records + 1] = record(ARGV[1] .. member, KEYS[2], member)
  end
end
return records
