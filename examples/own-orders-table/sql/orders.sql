-- The table that the shop had before it took payments. Nothing here is made for paid-once.
CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    merchant_id text NOT NULL,
    number text NOT NULL,
    customer_email text NOT NULL,
    total bigint NOT NULL CHECK (total > 0), -- minor units
    currency text NOT NULL,
    status text NOT NULL DEFAULT 'open'
        CHECK (status IN ('open', 'paid', 'payment_failed', 'cancelled')),
    placed_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (merchant_id, number)
);
