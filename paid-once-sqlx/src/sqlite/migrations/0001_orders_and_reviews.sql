-- One row per order: what the shop opened and how its payments stand. Either half may come first.
-- Times are milliseconds since 1970, by SQLite's clock. Totals are minor units.
CREATE TABLE {prefix}orders (
    merchant TEXT NOT NULL,
    order_id TEXT NOT NULL,

    -- The order as the shop opened it; NULL if only payments are known.
    opened_at INTEGER,
    expected_kind TEXT CHECK (expected_kind IN ('exactly', 'at_least', 'unknown')),
    expected_total INTEGER CHECK (expected_total >= 0),
    expected_currency TEXT,
    mode TEXT CHECK (mode IN ('live', 'test')),
    session TEXT,
    cart_key TEXT,
    cart_fingerprint BLOB,

    -- Who may handle a payment now, and which. A lease without a total is for a failure.
    lease_claimant BLOB CHECK (length(lease_claimant) = 16),
    lease_until INTEGER,
    lease_total INTEGER CHECK (lease_total >= 0),
    lease_currency TEXT,

    -- Claims that were granted and not settled, and claims ever granted.
    unsettled_claims INTEGER NOT NULL DEFAULT 0 CHECK (unsettled_claims >= 0),
    fence INTEGER NOT NULL DEFAULT 0,

    -- The settled success and the settled failure. A failure may come before a success.
    paid_by BLOB,
    paid_at INTEGER,
    paid_total INTEGER CHECK (paid_total >= 0),
    paid_currency TEXT,
    failed_by BLOB,
    failed_at INTEGER,

    -- Since when nothing more is expected of this order; NULL while a claim has no known end.
    done_since INTEGER GENERATED ALWAYS AS (
        CASE
            WHEN paid_at IS NOT NULL THEN max(paid_at, coalesce(failed_at, paid_at))
            WHEN unsettled_claims > 0 THEN NULL
            WHEN failed_at IS NOT NULL THEN failed_at
            ELSE opened_at
        END
    ) VIRTUAL,

    PRIMARY KEY (merchant, order_id),
    CHECK ((opened_at IS NULL) = (expected_kind IS NULL)),
    CHECK ((opened_at IS NULL) = (mode IS NULL)),
    CHECK ((expected_total IS NULL) = (expected_currency IS NULL)),
    CHECK ((lease_claimant IS NULL) = (lease_until IS NULL)),
    CHECK ((lease_total IS NULL) = (lease_currency IS NULL)),
    CHECK ((paid_at IS NULL) = (paid_by IS NULL)),
    CHECK ((paid_at IS NULL) = (paid_total IS NULL)),
    CHECK ((paid_at IS NULL) = (paid_currency IS NULL)),
    CHECK ((failed_at IS NULL) = (failed_by IS NULL))
) STRICT, WITHOUT ROWID;

-- One order answers for a cart.
CREATE UNIQUE INDEX {prefix}orders_cart ON {prefix}orders (merchant, cart_key)
    WHERE cart_key IS NOT NULL;

-- What reconciliation looks for, oldest first.
CREATE INDEX {prefix}orders_unsettled ON {prefix}orders (opened_at, merchant, order_id)
    WHERE paid_at IS NULL AND failed_at IS NULL;

-- What retention looks for.
CREATE INDEX {prefix}orders_done ON {prefix}orders (done_since)
    WHERE done_since IS NOT NULL;

-- Verified payments that were not delivered. They outlive their orders.
CREATE TABLE {prefix}reviews (
    id INTEGER PRIMARY KEY,
    merchant TEXT NOT NULL,
    order_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    total INTEGER CHECK (total >= 0),
    currency TEXT,
    first_seen INTEGER NOT NULL,
    CHECK ((total IS NULL) = (currency IS NULL))
) STRICT;

-- Recording the same again changes nothing. NULLs are never equal in an index, so they are spelled.
CREATE UNIQUE INDEX {prefix}reviews_once ON {prefix}reviews
    (merchant, order_id, reason, coalesce(total, -1), coalesce(currency, ''));
