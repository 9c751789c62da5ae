-- What the store adds. All columns are NULL or 0 for the orders that are there, so the table is not rewritten.
ALTER TABLE orders
    -- Who may handle a payment now, until when, and which one. A claim without a total is for a failed payment.
    ADD COLUMN claimed_by bytea,
    ADD COLUMN claimed_until timestamptz,
    ADD COLUMN claim_total bigint CHECK (claim_total >= 0),
    ADD COLUMN claim_currency text,
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
    ADD CHECK ((claim_total IS NULL) = (claim_currency IS NULL)),
    ADD CHECK ((paid_by IS NULL) = (paid_at IS NULL)),
    ADD CHECK ((paid_by IS NULL) = (paid_total IS NULL)),
    ADD CHECK ((paid_by IS NULL) = (paid_currency IS NULL));

-- Verified payments that were not delivered, for a person to look at. Also for orders that the shop does not know.
CREATE TABLE payment_reviews (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    merchant_id text NOT NULL,
    number text NOT NULL,
    reason text NOT NULL,
    total bigint CHECK (total >= 0),
    currency text,
    first_seen timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE NULLS NOT DISTINCT (merchant_id, number, reason, total, currency)
);
