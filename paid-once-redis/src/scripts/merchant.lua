-- The merchant that a member names, whatever is in it.
local function merchant_of(member)
  local length, rest = string.match(member, '^(%d+):(.*)$')
  return string.sub(rest, 1, tonumber(length))
end
