-- What the store adds. All columns are NULL or 0 for the orders that are there, so the table is not rewritten.
ALTER TABLE orders
    -- Who may handle a payment now, and until when.
    ADD COLUMN claimed_by bytea,
    ADD COLUMN claimed_until timestamptz,
    -- What the buyer has paid and nobody has delivered: the total of a success, from its first claim until it is
    -- settled. A claim without it is for a failed payment.
    ADD COLUMN owed_total bigint CHECK (owed_total >= 0),
    ADD COLUMN owed_currency text,
    -- Since when: the first time that a claim of the success was given back or ran out. And how the last one ended.
    ADD COLUMN undelivered_since timestamptz,
    ADD COLUMN last_failure text,
    -- Claims that were granted and not settled, and claims ever granted.
    ADD COLUMN unsettled_claims bigint NOT NULL DEFAULT 0,
    ADD COLUMN fence bigint NOT NULL DEFAULT 0,
    -- The settled payments and whose claims they were. A failure may come before a success.
    ADD COLUMN paid_by bytea,
    ADD COLUMN paid_at timestamptz,
    ADD COLUMN paid_total bigint CHECK (paid_total >= 0),
    ADD COLUMN paid_currency text,
    ADD COLUMN failed_by bytea,
    ADD CHECK ((claimed_by IS NULL) = (claimed_until IS NULL)),
    ADD CHECK ((owed_total IS NULL) = (owed_currency IS NULL)),
    -- What somebody has paid cannot be cancelled behind the buyer's back.
    ADD CHECK (owed_total IS NULL OR status <> 'cancelled'),
    ADD CHECK ((paid_by IS NULL) = (paid_at IS NULL)),
    ADD CHECK ((paid_by IS NULL) = (paid_total IS NULL)),
    ADD CHECK ((paid_by IS NULL) = (paid_currency IS NULL));

-- What is paid and not delivered, and what is being delivered now: a handful of rows in a table of any size.
CREATE INDEX orders_owed ON orders (id) WHERE owed_total IS NOT NULL;

-- Verified payments that were not delivered, for a person to look at. Also for orders that the shop does not know.
CREATE TABLE payment_reviews (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    merchant_id text NOT NULL,
    number text NOT NULL,
    reason text NOT NULL,
    total bigint CHECK (total >= 0),
    currency text,
    seen bigint NOT NULL DEFAULT 1,
    first_seen timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE NULLS NOT DISTINCT (merchant_id, number, reason, total, currency)
);
