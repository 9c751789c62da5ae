-- A ledger of version 1, written by the last build that made such tables (its orders are named after what was done
-- with them) and dumped by `pg_dump --inserts`. Only its times were moved, to 15 January 2026, and what pg_dump says
-- about itself and its session was left out.

CREATE SCHEMA version_1;

CREATE TABLE version_1.paid_once_carts (
    merchant text NOT NULL COLLATE pg_catalog."C",
    cart_key bytea NOT NULL,
    order_id text NOT NULL COLLATE pg_catalog."C",
    fingerprint bytea NOT NULL
);

CREATE TABLE version_1.paid_once_orders (
    merchant text NOT NULL COLLATE pg_catalog."C",
    order_id text NOT NULL COLLATE pg_catalog."C",
    opened_at timestamp with time zone,
    expected_kind text,
    expected_total bigint,
    expected_currency text,
    mode text,
    session text,
    lease_claimant bytea,
    lease_until timestamp with time zone,
    lease_total bigint,
    lease_currency text,
    unsettled_claims bigint DEFAULT 0 NOT NULL,
    fence bigint DEFAULT 0 NOT NULL,
    paid_by bytea,
    paid_at timestamp with time zone,
    paid_total bigint,
    paid_currency text,
    failed_by bytea,
    failed_at timestamp with time zone,
    CONSTRAINT paid_once_orders_check CHECK (((opened_at IS NULL) = (expected_kind IS NULL))),
    CONSTRAINT paid_once_orders_check1 CHECK (((opened_at IS NULL) = (mode IS NULL))),
    CONSTRAINT paid_once_orders_check2 CHECK (((expected_total IS NULL) = (expected_currency IS NULL))),
    CONSTRAINT paid_once_orders_check3 CHECK (((lease_claimant IS NULL) = (lease_until IS NULL))),
    CONSTRAINT paid_once_orders_check4 CHECK (((lease_total IS NULL) = (lease_currency IS NULL))),
    CONSTRAINT paid_once_orders_check5 CHECK (((paid_at IS NULL) = (paid_by IS NULL))),
    CONSTRAINT paid_once_orders_check6 CHECK (((paid_at IS NULL) = (paid_total IS NULL))),
    CONSTRAINT paid_once_orders_check7 CHECK (((paid_at IS NULL) = (paid_currency IS NULL))),
    CONSTRAINT paid_once_orders_check8 CHECK (((failed_at IS NULL) = (failed_by IS NULL))),
    CONSTRAINT paid_once_orders_expected_kind_check CHECK ((expected_kind = ANY (ARRAY['exactly'::text, 'at_least'::text, 'unknown'::text]))),
    CONSTRAINT paid_once_orders_expected_total_check CHECK ((expected_total >= 0)),
    CONSTRAINT paid_once_orders_lease_claimant_check CHECK ((octet_length(lease_claimant) = 16)),
    CONSTRAINT paid_once_orders_lease_total_check CHECK ((lease_total >= 0)),
    CONSTRAINT paid_once_orders_mode_check CHECK ((mode = ANY (ARRAY['live'::text, 'test'::text]))),
    CONSTRAINT paid_once_orders_paid_total_check CHECK ((paid_total >= 0)),
    CONSTRAINT paid_once_orders_unsettled_claims_check CHECK ((unsettled_claims >= 0))
)
WITH (fillfactor='80');

CREATE TABLE version_1.paid_once_reviews (
    id bigint NOT NULL,
    merchant text NOT NULL COLLATE pg_catalog."C",
    order_id text NOT NULL COLLATE pg_catalog."C",
    reason text NOT NULL,
    total bigint,
    currency text,
    first_seen timestamp with time zone NOT NULL,
    CONSTRAINT paid_once_reviews_check CHECK (((total IS NULL) = (currency IS NULL))),
    CONSTRAINT paid_once_reviews_total_check CHECK ((total >= 0))
);

ALTER TABLE version_1.paid_once_reviews ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME version_1.paid_once_reviews_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE version_1.paid_once_schema (
    version bigint NOT NULL,
    applied_at timestamp with time zone NOT NULL
);

INSERT INTO version_1.paid_once_carts VALUES ('100001', '\xb920d42d47eeb97319a44fef14e096e6fc34900f156e0b21366d851d747560ac', 'YOUNG', '\x0707070707070707070707070707070707070707070707070707070707070707');
INSERT INTO version_1.paid_once_carts VALUES ('100001', '\x007d713d0bbb00da84d05b6587474124468b7b70196b68b07dde7b536e70f043', 'OLD', '\x0707070707070707070707070707070707070707070707070707070707070707');
INSERT INTO version_1.paid_once_carts VALUES ('100001', '\x467436a916d0b9c1ad33e3039dfc0835ffc520981208d2be50d8bb1dc2eeca18', 'FAILED', '\x0707070707070707070707070707070707070707070707070707070707070707');
INSERT INTO version_1.paid_once_carts VALUES ('100001', '\x32259c906132292226b0d69a60109a425a055082831eae8f3c8f84e57c3d9958', 'PAID', '\x0707070707070707070707070707070707070707070707070707070707070707');
INSERT INTO version_1.paid_once_carts VALUES ('100001', '\x92fccc8cf22916cf61927cdc2714adbbf277ded32da6a73be683362886006231', 'LIVE', '\x0707070707070707070707070707070707070707070707070707070707070707');
INSERT INTO version_1.paid_once_carts VALUES ('100001', '\xbfe22353e4e0e97c54f8653d79bed094a988117cf084046980a123f89296168a', 'EXPIRED', '\x0707070707070707070707070707070707070707070707070707070707070707');
INSERT INTO version_1.paid_once_carts VALUES ('100001', '\x946ccd94978d3da5b33fffeff0ed92bb708bf8b42f5ae0a50a39d56a3fc23ed9', 'RELEASED', '\x0707070707070707070707070707070707070707070707070707070707070707');
INSERT INTO version_1.paid_once_carts VALUES ('100001', '\xfcfa999dfe0f16f69297d6557d5be2b19b67a023a2f5a25296c4ffa1e9b9e941', 'FAILINGEXPIRED', '\x0707070707070707070707070707070707070707070707070707070707070707');
INSERT INTO version_1.paid_once_carts VALUES ('100001', '\x1c392aea97ffe585094cbeca381b3fe8a8e1d8d3695093b0163185e32daa3373', 'FAILEDTHENEXPIRED', '\x0707070707070707070707070707070707070707070707070707070707070707');
INSERT INTO version_1.paid_once_carts VALUES ('100001', '\x2e6908d240c50a4d68f52219602fc65aadbe854ac06a4999dd34d0e28ce1534f', 'REVIEW', '\x0707070707070707070707070707070707070707070707070707070707070707');

INSERT INTO version_1.paid_once_orders VALUES ('100001', 'YOUNG', '2026-01-15 12:00:41.698122+00', 'at_least', 3456, 'TRY', 'live', 'session of YOUNG', NULL, NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO version_1.paid_once_orders VALUES ('100001', 'OLD', '2026-01-15 12:00:41.704194+00', 'at_least', 3456, 'TRY', 'live', 'session of OLD', NULL, NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO version_1.paid_once_orders VALUES ('100001', 'REVIEW', '2026-01-15 12:00:41.711077+00', 'at_least', 3456, 'TRY', 'live', 'session of REVIEW', NULL, NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO version_1.paid_once_orders VALUES ('100001', 'ABANDONED', '2026-01-15 12:00:41.711777+00', 'at_least', 3456, 'TRY', 'live', 'session of ABANDONED', NULL, NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO version_1.paid_once_orders VALUES ('100001', 'FAILED', '2026-01-15 12:00:41.705256+00', 'at_least', 3456, 'TRY', 'live', 'session of FAILED', NULL, NULL, NULL, NULL, 0, 1, NULL, NULL, NULL, NULL, '\x00000000000000000000000000000001', '2026-01-15 12:00:41.714999+00');
INSERT INTO version_1.paid_once_orders VALUES ('100001', 'PAID', '2026-01-15 12:00:41.706242+00', 'at_least', 3456, 'TRY', 'live', 'session of PAID', NULL, NULL, NULL, NULL, 0, 1, '\x00000000000000000000000000000002', '2026-01-15 12:00:41.716278+00', 3456, 'TRY', NULL, NULL);
INSERT INTO version_1.paid_once_orders VALUES ('100001', 'LIVE', '2026-01-15 12:00:41.707092+00', 'at_least', 3456, 'TRY', 'live', 'session of LIVE', '\x00000000000000000000000000000003', '2127-02-11 12:00:41.716957+00', 3456, 'TRY', 1, 1, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO version_1.paid_once_orders VALUES ('100001', 'EXPIRED', '2026-01-15 12:00:41.707954+00', 'at_least', 3456, 'TRY', 'live', 'session of EXPIRED', '\x00000000000000000000000000000004', '2026-01-15 12:00:41.718575+00', 3456, 'TRY', 1, 1, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO version_1.paid_once_orders VALUES ('100001', 'RELEASED', '2026-01-15 12:00:41.708778+00', 'at_least', 3456, 'TRY', 'live', 'session of RELEASED', NULL, NULL, NULL, NULL, 1, 1, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO version_1.paid_once_orders VALUES ('100001', 'FAILINGEXPIRED', '2026-01-15 12:00:41.709511+00', 'at_least', 3456, 'TRY', 'live', 'session of FAILINGEXPIRED', '\x00000000000000000000000000000006', '2026-01-15 12:00:41.72025+00', NULL, NULL, 1, 1, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO version_1.paid_once_orders VALUES ('100001', 'FAILEDTHENEXPIRED', '2026-01-15 12:00:41.710339+00', 'at_least', 3456, 'TRY', 'live', 'session of FAILEDTHENEXPIRED', '\x00000000000000000000000000000008', '2026-01-15 12:00:41.721312+00', 3456, 'TRY', 1, 2, NULL, NULL, NULL, NULL, '\x00000000000000000000000000000007', '2026-01-15 12:00:41.719851+00');
INSERT INTO version_1.paid_once_orders VALUES ('100001', 'NEVEROPENED', NULL, NULL, NULL, NULL, NULL, NULL, '\x00000000000000000000000000000009', '2026-01-15 12:00:41.723109+00', 3456, 'TRY', 1, 1, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO version_1.paid_once_orders VALUES ('100001', 'NEVEROPENEDPAID', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 1, '\x0000000000000000000000000000000a', '2026-01-15 12:00:41.722892+00', 3456, 'TRY', NULL, NULL);

INSERT INTO version_1.paid_once_reviews OVERRIDING SYSTEM VALUE VALUES (1, '100001', 'REVIEW', 'amount_mismatch', 3456, 'TRY', '2026-01-15 12:00:41.720987+00');

INSERT INTO version_1.paid_once_schema VALUES (1, '2026-01-15 12:00:41.690938+00');

SELECT pg_catalog.setval('version_1.paid_once_reviews_id_seq', 1, true);

ALTER TABLE ONLY version_1.paid_once_carts
    ADD CONSTRAINT paid_once_carts_pkey PRIMARY KEY (merchant, cart_key);

ALTER TABLE ONLY version_1.paid_once_orders
    ADD CONSTRAINT paid_once_orders_pkey PRIMARY KEY (merchant, order_id);

ALTER TABLE ONLY version_1.paid_once_reviews
    ADD CONSTRAINT paid_once_reviews_pkey PRIMARY KEY (id);

ALTER TABLE ONLY version_1.paid_once_schema
    ADD CONSTRAINT paid_once_schema_pkey PRIMARY KEY (version);

CREATE INDEX paid_once_carts_order ON version_1.paid_once_carts USING btree (merchant, order_id);

CREATE INDEX paid_once_orders_last_event ON version_1.paid_once_orders USING btree (COALESCE(GREATEST(paid_at, failed_at), opened_at));

CREATE INDEX paid_once_orders_unsettled ON version_1.paid_once_orders USING btree (opened_at, merchant, order_id) WHERE ((paid_at IS NULL) AND (failed_at IS NULL));

CREATE UNIQUE INDEX paid_once_reviews_once ON version_1.paid_once_reviews USING btree (merchant, order_id, reason, COALESCE(total, ('-1'::integer)::bigint), COALESCE(currency, ''::text));
