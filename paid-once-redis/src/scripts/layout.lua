-- KEYS: layout. ARGV: the layout of this version. Writes only where there is none yet.
local found = redis.call('GET', KEYS[1])
if not found then
  redis.call('SET', KEYS[1], ARGV[1])
  return { ARGV[1] }
end
return { found }
