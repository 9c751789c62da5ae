-- One row per order: what the shop opened and how its payments stand. Either half may come first.
-- Times are the server's. Totals are minor units. Keys compare byte by byte, whatever the database's
-- collation is.
CREATE TABLE {schema}{prefix}orders (
    merchant text COLLATE "C" NOT NULL,
    order_id text COLLATE "C" NOT NULL,

    -- The order as the shop opened it; NULL if only payments are known.
    opened_at timestamptz,
    expected_kind text CHECK (expected_kind IN ('exactly', 'at_least', 'unknown')),
    expected_total bigint CHECK (expected_total >= 0),
    expected_currency text,
    mode text CHECK (mode IN ('live', 'test')),
    session text,

    -- Who may handle a payment now, and which. A lease without a total is for a failure.
    lease_claimant bytea CHECK (octet_length(lease_claimant) = 16),
    lease_until timestamptz,
    lease_total bigint CHECK (lease_total >= 0),
    lease_currency text,

    -- Claims that were granted and not settled, and claims ever granted.
    unsettled_claims bigint NOT NULL DEFAULT 0 CHECK (unsettled_claims >= 0),
    fence bigint NOT NULL DEFAULT 0,

    -- The settled success and the settled failure. A failure may come before a success.
    paid_by bytea,
    paid_at timestamptz,
    paid_total bigint CHECK (paid_total >= 0),
    paid_currency text,
    failed_by bytea,
    failed_at timestamptz,

    CONSTRAINT {prefix}orders_pkey PRIMARY KEY (merchant, order_id),
    CHECK ((opened_at IS NULL) = (expected_kind IS NULL)),
    CHECK ((opened_at IS NULL) = (mode IS NULL)),
    CHECK ((expected_total IS NULL) = (expected_currency IS NULL)),
    CHECK ((lease_claimant IS NULL) = (lease_until IS NULL)),
    CHECK ((lease_total IS NULL) = (lease_currency IS NULL)),
    CHECK ((paid_at IS NULL) = (paid_by IS NULL)),
    CHECK ((paid_at IS NULL) = (paid_total IS NULL)),
    CHECK ((paid_at IS NULL) = (paid_currency IS NULL)),
    CHECK ((failed_at IS NULL) = (failed_by IS NULL))
)
-- A claim changes no indexed column: with room on the page it writes the row and no index.
WITH (fillfactor = 80);

-- What reconciliation looks for, oldest first.
CREATE INDEX {prefix}orders_unsettled ON {schema}{prefix}orders (opened_at, merchant, order_id)
    WHERE paid_at IS NULL AND failed_at IS NULL;

-- What retention looks for: the last thing that happened to the order, claims aside.
CREATE INDEX {prefix}orders_last_event ON {schema}{prefix}orders
    (coalesce(greatest(paid_at, failed_at), opened_at));

-- One order answers for a cart. The key is kept as its SHA-256: it may be any text of any length.
CREATE TABLE {schema}{prefix}carts (
    merchant text COLLATE "C" NOT NULL,
    cart_key bytea NOT NULL,
    order_id text COLLATE "C" NOT NULL,
    fingerprint bytea NOT NULL,
    CONSTRAINT {prefix}carts_pkey PRIMARY KEY (merchant, cart_key)
);

CREATE INDEX {prefix}carts_order ON {schema}{prefix}carts (merchant, order_id);

-- Verified payments that were not delivered. They outlive their orders.
CREATE TABLE {schema}{prefix}reviews (
    id bigint GENERATED ALWAYS AS IDENTITY,
    merchant text COLLATE "C" NOT NULL,
    order_id text COLLATE "C" NOT NULL,
    reason text NOT NULL,
    total bigint CHECK (total >= 0),
    currency text,
    first_seen timestamptz NOT NULL,
    CONSTRAINT {prefix}reviews_pkey PRIMARY KEY (id),
    CHECK ((total IS NULL) = (currency IS NULL))
);

-- Recording the same again changes nothing. NULLs are never equal in an index, so they are spelled.
CREATE UNIQUE INDEX {prefix}reviews_once ON {schema}{prefix}reviews
    (merchant, order_id, reason, coalesce(total, -1), coalesce(currency, ''));
