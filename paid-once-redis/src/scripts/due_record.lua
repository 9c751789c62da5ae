-- The record of an order that is or was due, opened or not, its age and how often it was taken. False if it is
-- gone.
local function due_record(order, under_review, refunded, member, at)
  local found = record(order, under_review, refunded, member, at, true)
  if found then
    found[13] = text(math.max(0, at - tonumber(found[2])))
    found[14] = redis.call('HGET', order, 'taken') or '0'
  end
  return found
end
