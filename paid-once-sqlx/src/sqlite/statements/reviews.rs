//! What the review queue asks.

// ?1 merchant, ?2 order id, ?3 reason, ?4 total, ?5 currency, ?6 mode, ?7 requested total, ?8 requested
// currency, ?9 failure code, ?10 failure message.
pub(super) const REVIEW: &str = "
    INSERT INTO {reviews} AS r
        (merchant, order_id, reason, total, currency, mode, requested_total, requested_currency,
         failure_code, failure_message, first_seen)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, {now})
    ON CONFLICT (merchant, order_id, reason, coalesce(total, -1), coalesce(currency, ''))
    DO UPDATE SET seen = r.seen + 1, last_seen = {now}";

// ?1 reason or NULL, ?2 id that all are smaller than, ?3 limit.
pub(super) const REVIEWS: &str = "
    SELECT {review} FROM {reviews}
    WHERE {which} (?1 IS NULL OR reason = ?1) AND id < ?2
    ORDER BY id DESC LIMIT ?3";

// ?1 reason or NULL, ?2 id that all are smaller than, ?3 limit, ?4 merchant, ?5 order id. The plus signs keep
// SQLite from walking through the whole queue, newest first, until it meets enough of the order.
pub(super) const REVIEWS_OF_ORDER: &str = "
    SELECT {review} FROM {reviews}
    WHERE {which} (?1 IS NULL OR reason = ?1) AND +id < ?2 AND merchant = ?4 AND order_id = ?5
    ORDER BY +id DESC LIMIT ?3";

// ?1 id, ?2 resolution, ?3 by, ?4 note.
pub(super) const RESOLVE: &str = "
    UPDATE {reviews} SET
        resolution = ?2, resolved_by = ?3, resolved_note = ?4, resolved_at = {now}
    WHERE id = ?1 AND +resolved_at IS NULL";

// ?1 id.
pub(super) const RESOLVED: &str = "
    SELECT resolution, resolved_by, resolved_note, resolved_at FROM {reviews} WHERE id = ?1";
