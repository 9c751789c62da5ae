-- KEYS: the list that has them. ARGV: what the keys of refunds start with, then their names.
local refunds = {}
for index = 2, #ARGV do
  refunds[#refunds + 1] = redis.call('HMGET', ARGV[1] .. ARGV[index], 'member', 'reference', 'amount', 'by',
    'state', 'reserved_at', 'decided_at')
end
return refunds
