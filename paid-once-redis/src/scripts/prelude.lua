-- Microseconds since 1970, by the clock of Redis. Exact: a double counts to 9e15.
local function now()
  local time = redis.call('TIME')
  return time[1] * 1000000 + time[2]
end

-- Digits only. Lua itself would write a large number as 1.7e+15.
local function text(number)
  return string.format('%.0f', number)
end
