-- KEYS: opened. ARGV: how many, and after which one ('' for the first ones), and when that one was opened ('' where
-- there is nothing to list if it is not known). Members, each with its time, newest first.
local start, after, opened_at = 0, ARGV[2], ARGV[3]
if after ~= '' then
  local rank = redis.call('ZREVRANK', KEYS[1], after)
  if rank then
    start = rank + 1
  elseif opened_at == '' then
    return {}
  else
    -- Purged since it was listed.
    start = redis.call('ZCOUNT', KEYS[1], '(' .. opened_at, '+inf')
  end
end
local found = redis.call('ZREVRANGE', KEYS[1], text(start), text(start + ARGV[1] - 1), 'WITHSCORES')
for index = 2, #found, 2 do
  found[index] = text(found[index])
end
return found
