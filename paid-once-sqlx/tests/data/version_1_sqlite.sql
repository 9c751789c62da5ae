-- A ledger of version 1, written by the last build that made such tables (its orders are named after what was done
-- with them) and dumped by `sqlite3 .dump`. Only its times were moved, to 15 January 2026.
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE paid_once_schema (
            version INTEGER NOT NULL PRIMARY KEY,
            applied_at INTEGER NOT NULL
        ) STRICT;
INSERT INTO paid_once_schema VALUES(1,1768478441000);
CREATE TABLE paid_once_orders (
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
INSERT INTO paid_once_orders VALUES('100001','ABANDONED',1768478441657,'at_least',3456,'TRY','live','session of ABANDONED',NULL,X'0707070707070707070707070707070707070707070707070707070707070707',NULL,NULL,NULL,NULL,0,0,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO paid_once_orders VALUES('100001','EXPIRED',1768478441654,'at_least',3456,'TRY','live','session of EXPIRED','cart of EXPIRED',X'0707070707070707070707070707070707070707070707070707070707070707',X'00000000000000000000000000000004',1768478441660,3456,'TRY',1,1,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO paid_once_orders VALUES('100001','FAILED',1768478441652,'at_least',3456,'TRY','live','session of FAILED','cart of FAILED',X'0707070707070707070707070707070707070707070707070707070707070707',NULL,NULL,NULL,NULL,0,1,NULL,NULL,NULL,NULL,X'00000000000000000000000000000001',1768478441658);
INSERT INTO paid_once_orders VALUES('100001','FAILEDTHENEXPIRED',1768478441656,'at_least',3456,'TRY','live','session of FAILEDTHENEXPIRED','cart of FAILEDTHENEXPIRED',X'0707070707070707070707070707070707070707070707070707070707070707',X'00000000000000000000000000000008',1768478441662,3456,'TRY',1,2,NULL,NULL,NULL,NULL,X'00000000000000000000000000000007',1768478441660);
INSERT INTO paid_once_orders VALUES('100001','FAILINGEXPIRED',1768478441655,'at_least',3456,'TRY','live','session of FAILINGEXPIRED','cart of FAILINGEXPIRED',X'0707070707070707070707070707070707070707070707070707070707070707',X'00000000000000000000000000000006',1768478441661,NULL,NULL,1,1,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO paid_once_orders VALUES('100001','LIVE',1768478441653,'at_least',3456,'TRY','live','session of LIVE','cart of LIVE',X'0707070707070707070707070707070707070707070707070707070707070707',X'00000000000000000000000000000003',4958037821659,3456,'TRY',1,1,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO paid_once_orders VALUES('100001','NEVEROPENED',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,X'00000000000000000000000000000009',1768478441662,3456,'TRY',1,1,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO paid_once_orders VALUES('100001','NEVEROPENEDPAID',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,1,X'0000000000000000000000000000000a',1768478441662,3456,'TRY',NULL,NULL);
INSERT INTO paid_once_orders VALUES('100001','OLD',1768478441651,'at_least',3456,'TRY','live','session of OLD','cart of OLD',X'0707070707070707070707070707070707070707070707070707070707070707',NULL,NULL,NULL,NULL,0,0,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO paid_once_orders VALUES('100001','PAID',1768478441652,'at_least',3456,'TRY','live','session of PAID','cart of PAID',X'0707070707070707070707070707070707070707070707070707070707070707',NULL,NULL,NULL,NULL,0,1,X'00000000000000000000000000000002',1768478441659,3456,'TRY',NULL,NULL);
INSERT INTO paid_once_orders VALUES('100001','RELEASED',1768478441654,'at_least',3456,'TRY','live','session of RELEASED','cart of RELEASED',X'0707070707070707070707070707070707070707070707070707070707070707',NULL,NULL,NULL,NULL,1,1,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO paid_once_orders VALUES('100001','REVIEW',1768478441656,'at_least',3456,'TRY','live','session of REVIEW','cart of REVIEW',X'0707070707070707070707070707070707070707070707070707070707070707',NULL,NULL,NULL,NULL,0,0,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO paid_once_orders VALUES('100001','YOUNG',1768478441650,'at_least',3456,'TRY','live','session of YOUNG','cart of YOUNG',X'0707070707070707070707070707070707070707070707070707070707070707',NULL,NULL,NULL,NULL,0,0,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE paid_once_reviews (
    id INTEGER PRIMARY KEY,
    merchant TEXT NOT NULL,
    order_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    total INTEGER CHECK (total >= 0),
    currency TEXT,
    first_seen INTEGER NOT NULL,
    CHECK ((total IS NULL) = (currency IS NULL))
) STRICT;
INSERT INTO paid_once_reviews VALUES(1,'100001','REVIEW','amount_mismatch',3456,'TRY',1768478441661);
CREATE UNIQUE INDEX paid_once_orders_cart ON paid_once_orders (merchant, cart_key)
    WHERE cart_key IS NOT NULL;
CREATE INDEX paid_once_orders_unsettled ON paid_once_orders (opened_at, merchant, order_id)
    WHERE paid_at IS NULL AND failed_at IS NULL;
CREATE INDEX paid_once_orders_done ON paid_once_orders (done_since)
    WHERE done_since IS NOT NULL;
CREATE UNIQUE INDEX paid_once_reviews_once ON paid_once_reviews
    (merchant, order_id, reason, coalesce(total, -1), coalesce(currency, ''));
COMMIT;
