-- What the refunds of an order in these states add up to. `start` is what the keys of refunds start with.
local function refund_sum(refunds, start, states)
  local sum = { 0, 0 }
  for _, name in ipairs(redis.call('ZRANGE', refunds, 0, -1)) do
    local row = redis.call('HMGET', start .. name, 'state', 'amount')
    if states[row[1]] then
      sum = plus(sum, amount((parts(row[2]))), 1)
    end
  end
  return sum
end
