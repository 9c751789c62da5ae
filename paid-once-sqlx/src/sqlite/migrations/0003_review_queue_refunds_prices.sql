-- The whole payment, how often it was seen, and what a person made of it.
ALTER TABLE {prefix}reviews ADD COLUMN mode TEXT NOT NULL DEFAULT 'live' CHECK (mode IN ('live', 'test'));
ALTER TABLE {prefix}reviews ADD COLUMN requested_total INTEGER CHECK (requested_total >= 0);
ALTER TABLE {prefix}reviews ADD COLUMN requested_currency TEXT
    CHECK ((requested_total IS NULL) = (requested_currency IS NULL));
ALTER TABLE {prefix}reviews ADD COLUMN failure_code TEXT;
ALTER TABLE {prefix}reviews ADD COLUMN failure_message TEXT;
ALTER TABLE {prefix}reviews ADD COLUMN seen INTEGER NOT NULL DEFAULT 1 CHECK (seen >= 1);
-- NULL where it was seen once.
ALTER TABLE {prefix}reviews ADD COLUMN last_seen INTEGER;
ALTER TABLE {prefix}reviews ADD COLUMN resolution TEXT
    CHECK (resolution IN ('delivered', 'refunded', 'dismissed'));
ALTER TABLE {prefix}reviews ADD COLUMN resolved_by TEXT;
ALTER TABLE {prefix}reviews ADD COLUMN resolved_note TEXT;
ALTER TABLE {prefix}reviews ADD COLUMN resolved_at INTEGER
    CHECK ((resolved_at IS NULL) = (resolution IS NULL)
        AND (resolved_at IS NULL) = (resolved_by IS NULL)
        AND (resolved_at IS NULL) = (resolved_note IS NULL));

-- What waits for a person; the index goes on with the id.
CREATE INDEX {prefix}reviews_open ON {prefix}reviews (resolved_at)
    WHERE resolved_at IS NULL;

-- How many were refused in which hour.
CREATE INDEX {prefix}reviews_first_seen ON {prefix}reviews (first_seen);

-- Money that went back, or is about to. They outlive their orders: what was given back stays known.
CREATE TABLE {prefix}refunds (
    -- Two may be reserved in one millisecond: the later one has the larger number.
    id INTEGER PRIMARY KEY,
    merchant TEXT NOT NULL,
    order_id TEXT NOT NULL,
    reference TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount >= 0),
    currency TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('reserved', 'executed', 'cancelled')),
    reserved_at INTEGER NOT NULL,
    decided_at INTEGER,
    UNIQUE (merchant, order_id, reference),
    CHECK ((state = 'reserved') = (decided_at IS NULL))
) STRICT;

-- Refunds whose outcome is unknown.
CREATE INDEX {prefix}refunds_undecided ON {prefix}refunds (merchant, reserved_at)
    WHERE state = 'reserved';

-- What is paid without an order of its own.
CREATE TABLE {prefix}prices (
    merchant TEXT NOT NULL,
    name TEXT NOT NULL,
    expected_kind TEXT NOT NULL CHECK (expected_kind IN ('exactly', 'at_least')),
    total INTEGER NOT NULL CHECK (total >= 0),
    currency TEXT NOT NULL,
    PRIMARY KEY (merchant, name)
) STRICT, WITHOUT ROWID;

-- The orders that the shop opened, newest first.
CREATE INDEX {prefix}orders_opened ON {prefix}orders (opened_at, order_id)
    WHERE opened_at IS NOT NULL;
