-- Orders lie in the order in which they came, not in that of their ids: those that are claimed and settled at about
-- the same time are on the same few pages, and a commit writes fewer of them.
CREATE TABLE {prefix}orders_4 (
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

    -- Who may handle a payment now, and which. The money of a success outlives its lease: it is what the shop owes
    -- the buyer until the success is settled. A lease without a total is for a failure.
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

    -- Since when a success is claimed and not delivered, and how its last attempt ended, if somebody could say.
    undelivered_since INTEGER,
    last_failure TEXT,

    -- When the provider is to be asked about the order next, NULL for never again; how often it was taken.
    due_at INTEGER,
    taken INTEGER NOT NULL DEFAULT 0,

    -- When the order was given up unpaid.
    closed_at INTEGER,

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
) STRICT;

INSERT INTO {prefix}orders_4
    (merchant, order_id, opened_at, expected_kind, expected_total, expected_currency, mode, session, cart_key,
     cart_fingerprint, lease_claimant, lease_until, lease_total, lease_currency, unsettled_claims, fence, paid_by,
     paid_at, paid_total, paid_currency, failed_by, failed_at, undelivered_since, last_failure, due_at, taken,
     closed_at)
SELECT merchant, order_id, opened_at, expected_kind, expected_total, expected_currency, mode, session, cart_key,
    cart_fingerprint, lease_claimant, lease_until, lease_total, lease_currency, unsettled_claims, fence, paid_by,
    paid_at, paid_total, paid_currency, failed_by, failed_at, undelivered_since, last_failure, due_at, taken,
    closed_at
FROM {prefix}orders;

-- With its indexes, whose names are free again.
DROP TABLE {prefix}orders;
ALTER TABLE {prefix}orders_4 RENAME TO {prefix}orders;

-- One order answers for a cart.
CREATE UNIQUE INDEX {prefix}orders_cart ON {prefix}orders (merchant, cart_key)
    WHERE cart_key IS NOT NULL;

-- Which orders are due.
CREATE INDEX {prefix}orders_due ON {prefix}orders (merchant, due_at)
    WHERE due_at IS NOT NULL;

-- What is paid and not delivered.
CREATE INDEX {prefix}orders_undelivered ON {prefix}orders (undelivered_since)
    WHERE undelivered_since IS NOT NULL;

-- What retention looks for: paid orders, and those that failed or were closed.
CREATE INDEX {prefix}orders_paid ON {prefix}orders (paid_at)
    WHERE paid_at IS NOT NULL;
CREATE INDEX {prefix}orders_unpaid ON {prefix}orders
        (max(coalesce(failed_at, closed_at), coalesce(closed_at, failed_at)))
    WHERE paid_at IS NULL AND (failed_at IS NOT NULL OR closed_at IS NOT NULL);

-- The orders that the shop opened, newest first. The merchant is there so that a list of one merchant's orders looks
-- up no others.
CREATE INDEX {prefix}orders_opened ON {prefix}orders (opened_at, order_id, merchant)
    WHERE opened_at IS NOT NULL;
