-- Orders leave indexes at their front: the due ones when they are paid, the oldest ones when they are purged. What
-- they leave there is in the way of whoever looks for the next ones, until the table is vacuumed. The server waits for
-- a fifth of the table by default, which are millions of orders one day; and where little is to be removed from a
-- large table, it leaves the indexes as they are.
DO $$
DECLARE
    part regclass;
BEGIN
    FOR part IN
        SELECT oid FROM pg_class WHERE oid = '{schema}{prefix}orders'::regclass AND relkind = 'r'
        UNION ALL
        SELECT inhrelid FROM pg_inherits WHERE inhparent = '{schema}{prefix}orders'::regclass
    LOOP
        EXECUTE format(
            'ALTER TABLE %s SET (autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0.005,
                 vacuum_index_cleanup = on)',
            part
        );
    END LOOP;
END
$$;
