-- KEYS: order, under_review, refunded. ARGV: member.
return record(KEYS[1], KEYS[2], KEYS[3], ARGV[1], now()) or {}
