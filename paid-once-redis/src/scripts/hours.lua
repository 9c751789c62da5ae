-- KEYS: paid, refused. ARGV: when each hour begins, and when the last one ends.
local counts = {}
for index = 1, #ARGV - 1 do
  for _, set in ipairs(KEYS) do
    counts[#counts + 1] = text(redis.call('ZCOUNT', set, ARGV[index], '(' .. ARGV[index + 1]))
  end
end
return counts
