-- Files an order under the time since when nothing more is expected of it. An order with a claim
-- whose end nobody knows is not filed: money may have moved. A settled success covers such claims.
local function file_as_done(order, done, member)
  local row = redis.call('HMGET', order, 'opened_at', 'paid_at', 'failed_at', 'unsettled_claims')
  local opened, paid, failed, claims = row[1], row[2], row[3], tonumber(row[4] or 0)
  local since
  if paid then
    since = math.max(tonumber(paid), tonumber(failed or paid))
  elseif claims == 0 then
    since = tonumber(failed or opened or nil)
  end
  if since then
    redis.call('ZADD', done, text(since), member)
  else
    redis.call('ZREM', done, member)
  end
end
