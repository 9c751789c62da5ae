-- KEYS: order. ARGV: member, what the keys of carts start with.
free_cart(KEYS[1], ARGV[2], ARGV[1])
return { 'done' }
