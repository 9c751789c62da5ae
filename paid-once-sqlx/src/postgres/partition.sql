LOCK TABLE {schema}{prefix}orders IN ACCESS EXCLUSIVE MODE;
ALTER TABLE {schema}{prefix}orders RENAME TO {prefix}orders_whole;

CREATE TABLE {schema}{prefix}orders (
    LIKE {schema}{prefix}orders_whole INCLUDING DEFAULTS INCLUDING CONSTRAINTS
) PARTITION BY HASH (merchant, order_id);

DO $$
BEGIN
    FOR part IN 0..{last} LOOP
        EXECUTE format(
            'CREATE TABLE {schema}{prefix}orders_%s PARTITION OF {schema}{prefix}orders
             FOR VALUES WITH (MODULUS {parts}, REMAINDER %s)
             WITH (fillfactor = 80, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0.005,
                 vacuum_index_cleanup = on)',
            part, part
        );
    END LOOP;
END
$$;

INSERT INTO {schema}{prefix}orders SELECT * FROM {schema}{prefix}orders_whole;
DROP TABLE {schema}{prefix}orders_whole;

ALTER TABLE {schema}{prefix}orders
    ADD CONSTRAINT {prefix}orders_pkey PRIMARY KEY (merchant, order_id);
CREATE INDEX {prefix}orders_due ON {schema}{prefix}orders (merchant, due_at)
    WHERE due_at IS NOT NULL;
CREATE INDEX {prefix}orders_ended ON {schema}{prefix}orders
        (undelivered_since, paid_at, greatest(failed_at, closed_at))
    WHERE paid_at IS NOT NULL OR undelivered_since IS NOT NULL
        OR failed_at IS NOT NULL OR closed_at IS NOT NULL;
CREATE INDEX {prefix}orders_opened ON {schema}{prefix}orders (opened_at, order_id)
    WHERE opened_at IS NOT NULL;
