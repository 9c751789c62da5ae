-- From now on lease_total and lease_currency are what the shop owes the buyer: the total of a success
-- that was claimed. They stay when the lease is released or runs out, until a success is settled.

-- Since when a success is claimed and not delivered: the first time that its lease was released or ran
-- out; and how its last attempt ended, if somebody could say.
ALTER TABLE {prefix}orders ADD COLUMN undelivered_since INTEGER;
ALTER TABLE {prefix}orders ADD COLUMN last_failure TEXT;

-- When the provider is to be asked about the order next, NULL for never again; how often it was taken.
ALTER TABLE {prefix}orders ADD COLUMN due_at INTEGER;
ALTER TABLE {prefix}orders ADD COLUMN taken INTEGER NOT NULL DEFAULT 0;

-- When the order was given up unpaid.
ALTER TABLE {prefix}orders ADD COLUMN closed_at INTEGER;

-- What is open is asked about once more, however old it is: a notification may have been lost long ago.
-- What is older than a day is spread over a day, so that it does not stand in front of new orders.
UPDATE {prefix}orders SET due_at =
    CASE
        WHEN opened_at IS NULL THEN unixepoch() * 1000 + 60000
        WHEN opened_at > (unixepoch() - 86400) * 1000 THEN opened_at + 300000
        ELSE unixepoch() * 1000 + abs(random() % 86400000)
    END
WHERE paid_at IS NULL AND (opened_at IS NOT NULL OR lease_total IS NOT NULL);

DROP INDEX {prefix}orders_unsettled;
DROP INDEX {prefix}orders_done;
ALTER TABLE {prefix}orders DROP COLUMN done_since;

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
