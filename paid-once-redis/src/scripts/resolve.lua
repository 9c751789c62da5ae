-- KEYS: entry, open_reviews, under_review. ARGV: id, resolution, by, note.
local row = redis.call('HMGET', KEYS[1], 'member', 'resolution', 'by', 'note', 'resolved_at')
if not row[1] then
  return { 'unknown' }
elseif row[2] then
  return { 'already', row[2], row[3], row[4], row[5] }
end
-- It deletes first: after that Redis lets the script go on even when its memory is full.
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('HSET', KEYS[1], 'resolution', ARGV[2], 'by', ARGV[3], 'note', ARGV[4], 'resolved_at', text(now()))
if redis.call('HINCRBY', KEYS[3], row[1], -1) <= 0 then
  redis.call('HDEL', KEYS[3], row[1])
end
return { 'now' }
