-- From now on lease_total and lease_currency are what the shop owes the buyer: the total of a success
-- that was claimed. They stay when the lease is released or runs out, until a success is settled.
ALTER TABLE {schema}{prefix}orders
    -- Since when a success is claimed and not delivered: the first time that its lease was released or
    -- ran out; and how its last attempt ended, if somebody could say.
    ADD COLUMN undelivered_since timestamptz,
    ADD COLUMN last_failure text,
    -- When the provider is to be asked about the order next, NULL for never again; how often it was
    -- taken.
    ADD COLUMN due_at timestamptz,
    ADD COLUMN taken bigint NOT NULL DEFAULT 0,
    -- When the order was given up unpaid.
    ADD COLUMN closed_at timestamptz;

-- What nodes of version 1 open or claim until the last of them is replaced. Later versions always say when.
ALTER TABLE {schema}{prefix}orders
    ALTER COLUMN due_at SET DEFAULT clock_timestamp() + interval '5 minutes';

-- What is open is asked about once more, however old it is: a notification may have been lost long ago.
-- What is older than a day is spread over a day, so that it does not stand in front of new orders.
UPDATE {schema}{prefix}orders SET due_at =
    CASE
        WHEN opened_at IS NULL THEN clock_timestamp() + interval '1 minute'
        WHEN opened_at > clock_timestamp() - interval '1 day' THEN opened_at + interval '5 minutes'
        ELSE clock_timestamp() + random() * interval '1 day'
    END
WHERE paid_at IS NULL AND (opened_at IS NOT NULL OR lease_total IS NOT NULL);

DROP INDEX IF EXISTS {schema}{prefix}orders_unsettled;
DROP INDEX IF EXISTS {schema}{prefix}orders_last_event;

-- A claim of an opened order changes nothing that is named here, so that it writes the row and no index.

-- Which orders are due.
CREATE INDEX {prefix}orders_due ON {schema}{prefix}orders (merchant, due_at)
    WHERE due_at IS NOT NULL;

-- Orders that ended: paid and not delivered, paid, or failed and closed. One index for the list of undelivered
-- orders and for retention: each further one, and each expression in it, would cost every settlement.
CREATE INDEX {prefix}orders_ended ON {schema}{prefix}orders
        (undelivered_since, paid_at, greatest(failed_at, closed_at))
    WHERE paid_at IS NOT NULL OR undelivered_since IS NOT NULL
        OR failed_at IS NOT NULL OR closed_at IS NOT NULL;
