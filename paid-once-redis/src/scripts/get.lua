-- KEYS: order, reviewed. ARGV: member.
return record(KEYS[1], KEYS[2], ARGV[1], now()) or {}
