-- KEYS: order. ARGV: money ('' for a failure).
return stands_towards(standing_row(KEYS[1]), ARGV[1], now())
