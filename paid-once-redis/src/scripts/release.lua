-- KEYS: order. ARGV: claimant. The claim stays counted: nobody knows how far it came.
if redis.call('HGET', KEYS[1], 'lease_by') == ARGV[1] then
  redis.call('HDEL', KEYS[1], 'lease_by', 'lease_until', 'lease_money')
end
return { 'done' }
