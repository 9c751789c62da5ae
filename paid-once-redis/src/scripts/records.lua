-- KEYS: under_review, refunded. ARGV: what the keys of orders start with, then members. Those that are gone are left
-- out.
local at = now()
local records = {}
for index = 2, #ARGV do
  local member = ARGV[index]
  records[#records + 1] = due_record(ARGV[1] .. member, KEYS[1], KEYS[2], member, at) or nil
end
return records
