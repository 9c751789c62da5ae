-- Amounts, exactly: in two halves of ten digits. A double holds each half, and the sum of many.
local half = 10000000000

local function amount(digits)
  return { tonumber(string.sub(digits, 1, -11)) or 0, tonumber(string.sub(digits, -10)) }
end

-- `one` and `sign` times `other`. Below zero the first half is negative.
local function plus(one, other, sign)
  local low = one[2] + sign * other[2]
  local carry = math.floor(low / half)
  return { one[1] + sign * other[1] + carry, low - carry * half }
end

local function digits(sum)
  if sum[1] == 0 then
    return text(sum[2])
  end
  return text(sum[1]) .. string.format('%010.0f', sum[2])
end

-- `3456 TRY` in its parts.
local function parts(money)
  return string.match(money, '^(%d+) (%u+)$')
end
