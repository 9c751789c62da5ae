-- Frees the cart of an order, unless another order answers for it by now.
local function free_cart(order, carts, member)
  local name = redis.call('HGET', order, 'cart')
  if name and redis.call('GET', carts .. name) == member then
    redis.call('DEL', carts .. name)
  end
end
