use paid_once::{OrderKey, ReviewId, StoreError};

use crate::KeyPrefix;
use crate::fault::corrupt;

/// The names of every key of one ledger. All start with the prefix in braces.
///
/// | key | type | holds |
/// |---|---|---|
/// | `order:LEN:MERCHANT:ORDER` | hash | what the shop opened, the lease, the settlements |
/// | `cart:LEN:MERCHANT:KEY` | string | the member of the order that answers for an idempotency key |
/// | `due:MERCHANT` | sorted set | members of orders that the provider is to be asked about, by when |
/// | `undelivered` | sorted set | members of orders that are paid and not delivered, by since when |
/// | `paid` | sorted set | members of paid orders, by their settlement |
/// | `unpaid` | sorted set | members of orders that failed or were closed, by when |
/// | `opened` | sorted set | members of orders that the shop opened, by when |
/// | `merchants` | set | merchants that have or had something in `due:` or `undecided:` |
/// | `review:ID` | hash | an entry of the review queue |
/// | `review_ids` | hash | ids of entries, by reason, money and member |
/// | `all_reviews`, `open_reviews` | sorted sets | ids of entries, and of those that nobody resolved, by themselves |
/// | `order_reviews:MEMBER` | sorted set | ids of the entries of one order, by themselves |
/// | `refused` | sorted set | ids of entries, by when they were first seen |
/// | `under_review` | hash | how many open entries an order has, by member |
/// | `refund:LEN:MEMBER:REFERENCE` | hash | a refund |
/// | `refunds:MEMBER` | sorted set | refunds of one order, in the order of their reservations |
/// | `undecided:MERCHANT` | sorted set | reserved refunds of one merchant, by when |
/// | `refunded` | hash | what the executed refunds of an order add up to, by member |
/// | `prices` | hash | `KIND MONEY`, by `LEN:MERCHANT:NAME` |
/// | `layout` | string | the version of all this |
/// | `waited` | string | nothing: it is written before replicas are waited for |
/// | `own:NAME` | yours | what [`own_key`](crate::RedisLedger::own_key) names |
///
/// A member is `LEN:MERCHANT:ORDER`, with the length of the merchant in bytes, so that no two orders
/// share one whatever their texts are.
#[derive(Debug)]
pub(crate) struct Keys {
    start: String,
    pub(crate) paid: String,
    pub(crate) unpaid: String,
    pub(crate) undelivered: String,
    pub(crate) opened: String,
    pub(crate) merchants: String,
    pub(crate) review_ids: String,
    pub(crate) all_reviews: String,
    pub(crate) open_reviews: String,
    pub(crate) refused: String,
    pub(crate) under_review: String,
    pub(crate) refunded: String,
    pub(crate) prices: String,
    pub(crate) layout: String,
    /// What is written before replicas are waited for.
    pub(crate) waited: String,
    /// A key that nobody writes.
    pub(crate) never: String,
    /// What the keys of orders start with.
    pub(crate) orders: String,
    /// What the keys of carts start with.
    pub(crate) carts: String,
    /// What the keys of due orders start with.
    pub(crate) dues: String,
    /// What the keys of reviews start with.
    pub(crate) reviews: String,
    /// What the keys of the reviews of one order start with.
    pub(crate) reviews_of: String,
    /// What the keys of refunds start with.
    pub(crate) refunds: String,
    /// What layouts 1 and 2 had: reviews, orders that have one; and layout 1: orders that are done, and that are not.
    pub(crate) old: [String; 4],
}

impl Keys {
    pub(crate) fn new(prefix: &KeyPrefix) -> Self {
        let start = format!("{{{prefix}}}:");
        let key = |name: &str| format!("{start}{name}");
        Self {
            paid: key("paid"),
            unpaid: key("unpaid"),
            undelivered: key("undelivered"),
            opened: key("opened"),
            merchants: key("merchants"),
            review_ids: key("review_ids"),
            all_reviews: key("all_reviews"),
            open_reviews: key("open_reviews"),
            refused: key("refused"),
            under_review: key("under_review"),
            refunded: key("refunded"),
            prices: key("prices"),
            layout: key("layout"),
            waited: key("waited"),
            never: key("never"),
            orders: key("order:"),
            carts: key("cart:"),
            dues: key("due:"),
            reviews: key("review:"),
            reviews_of: key("order_reviews:"),
            refunds: key("refund:"),
            old: ["reviews", "reviewed", "done", "unsettled"].map(key),
            start,
        }
    }

    pub(crate) fn order(&self, member: &str) -> String {
        format!("{}{member}", self.orders)
    }

    pub(crate) fn cart(&self, name: &str) -> String {
        format!("{}{name}", self.carts)
    }

    pub(crate) fn due(&self, merchant: &str) -> String {
        format!("{}{merchant}", self.dues)
    }

    pub(crate) fn review(&self, id: ReviewId) -> String {
        format!("{}{id}", self.reviews)
    }

    pub(crate) fn reviews_of(&self, member: &str) -> String {
        format!("{}{member}", self.reviews_of)
    }

    /// A refund, by its [`refund_name`].
    pub(crate) fn refund(&self, name: &str) -> String {
        format!("{}{name}", self.refunds)
    }

    pub(crate) fn refunds_of(&self, member: &str) -> String {
        format!("{}refunds:{member}", self.start)
    }

    pub(crate) fn undecided(&self, merchant: &str) -> String {
        format!("{}undecided:{merchant}", self.start)
    }

    pub(crate) fn own(&self, name: &str) -> String {
        format!("{}own:{name}", self.start)
    }
}

/// How an order is named inside the ledger.
pub(crate) fn member(order: &OrderKey) -> String {
    of_merchant(order.merchant(), order.order_id())
}

/// How a name of one merchant is spelled so that no other merchant's can be the same.
pub(crate) fn of_merchant(merchant: &str, name: &str) -> String {
    format!("{}:{merchant}:{name}", merchant.len())
}

/// How a refund of the order of a member is named inside the ledger.
pub(crate) fn refund_name(member: &str, reference: &str) -> String {
    of_merchant(member, reference)
}

/// The order that a [`member`] names.
pub(crate) fn order_of(member: &str) -> Result<OrderKey, StoreError> {
    let parts = || {
        let (len, rest) = member.split_once(':')?;
        let (merchant, rest) = rest.split_at_checked(len.parse().ok()?)?;
        OrderKey::new(merchant, rest.strip_prefix(':')?).ok()
    };
    parts().ok_or_else(|| corrupt("member"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_read_back_whatever_they_hold() {
        for (merchant, order_id) in [
            ("123456", "ORDER1"),
            ("1:1", "1:1"),
            (":", ":"),
            ("{a}", "}{"),
            ("ş", "\u{1f4b8}:"),
        ] {
            let order = OrderKey::new(merchant, order_id).unwrap();
            assert_eq!(order_of(&member(&order)).unwrap(), order);
        }
    }

    #[test]
    fn where_the_merchant_ends_matters() {
        assert_ne!(of_merchant("a:b", "c"), of_merchant("a", "b:c"));
        assert_ne!(of_merchant("1", "11"), of_merchant("11", "1"));
    }

    #[test]
    fn what_is_no_member_is_an_error() {
        for wrong in [
            "", "1", "1:", "1:a", "9:a:b", "1:ş:b", "x:a:b", "1:a:", "1:ab",
        ] {
            assert!(order_of(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn every_key_has_the_prefix_as_its_hash_tag() {
        let keys = Keys::new(&"shop".parse().unwrap());
        assert_eq!(keys.order("1:{:}"), "{shop}:order:1:{:}");
        assert_eq!(keys.own("receipts"), "{shop}:own:receipts");
        assert_eq!(keys.due("1"), "{shop}:due:1");
        assert!(keys.paid.starts_with("{shop}:"));
    }
}
