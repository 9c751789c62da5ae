-- The whole payment, how often it was seen, and what a person made of it. Nodes of version 2 write entries
-- without these until the last of them is replaced: every one has a default or may be NULL.
ALTER TABLE {schema}{prefix}reviews
    ADD COLUMN mode text NOT NULL DEFAULT 'live' CHECK (mode IN ('live', 'test')),
    ADD COLUMN requested_total bigint CHECK (requested_total >= 0),
    ADD COLUMN requested_currency text,
    ADD COLUMN failure_code text,
    ADD COLUMN failure_message text,
    ADD COLUMN seen bigint NOT NULL DEFAULT 1 CHECK (seen >= 1),
    -- NULL where it was seen once.
    ADD COLUMN last_seen timestamptz,
    ADD COLUMN resolution text CHECK (resolution IN ('delivered', 'refunded', 'dismissed')),
    ADD COLUMN resolved_by text,
    ADD COLUMN resolved_note text,
    ADD COLUMN resolved_at timestamptz,
    ADD CHECK ((requested_total IS NULL) = (requested_currency IS NULL)),
    ADD CHECK ((resolved_at IS NULL) = (resolution IS NULL)),
    ADD CHECK ((resolved_at IS NULL) = (resolved_by IS NULL)),
    ADD CHECK ((resolved_at IS NULL) = (resolved_note IS NULL));

-- What waits for a person.
CREATE INDEX {prefix}reviews_open ON {schema}{prefix}reviews (id)
    WHERE resolved_at IS NULL;

-- How many were refused in which hour.
CREATE INDEX {prefix}reviews_first_seen ON {schema}{prefix}reviews (first_seen);

-- Money that went back, or is about to. They outlive their orders: what was given back stays known.
CREATE TABLE {schema}{prefix}refunds (
    merchant text COLLATE "C" NOT NULL,
    order_id text COLLATE "C" NOT NULL,
    reference text COLLATE "C" NOT NULL,
    amount bigint NOT NULL CHECK (amount >= 0),
    currency text NOT NULL,
    asked_by text NOT NULL,
    state text NOT NULL CHECK (state IN ('reserved', 'executed', 'cancelled')),
    reserved_at timestamptz NOT NULL,
    decided_at timestamptz,
    CONSTRAINT {prefix}refunds_pkey PRIMARY KEY (merchant, order_id, reference),
    CHECK ((state = 'reserved') = (decided_at IS NULL))
);

-- Refunds whose outcome is unknown.
CREATE INDEX {prefix}refunds_undecided ON {schema}{prefix}refunds (merchant, reserved_at)
    WHERE state = 'reserved';

-- What is paid without an order of its own.
CREATE TABLE {schema}{prefix}prices (
    merchant text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    expected_kind text NOT NULL CHECK (expected_kind IN ('exactly', 'at_least')),
    total bigint NOT NULL CHECK (total >= 0),
    currency text NOT NULL,
    CONSTRAINT {prefix}prices_pkey PRIMARY KEY (merchant, name)
);

-- The orders that the shop opened, newest first. A claim changes nothing that is named here.
CREATE INDEX {prefix}orders_opened ON {schema}{prefix}orders (opened_at, order_id)
    WHERE opened_at IS NOT NULL;
