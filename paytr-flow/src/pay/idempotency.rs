//! Telling a repeated click from a new purchase.

use std::time::Duration;

use paytr_core::paid_once::Idempotency;
use sha2::{Digest as _, Sha256};

use super::Purchase;

impl Purchase {
    /// The idempotency of this purchase, if the page sent a key.
    pub(super) fn idempotency(&self, timeout_minutes: u32) -> Option<Idempotency> {
        self.idempotency_key().map(|key| Idempotency {
            key: key.to_owned(),
            fingerprint: self.fingerprint(),
            reuse_for: reuse_for(timeout_minutes),
        })
    }

    /// A digest of what is bought, by whom, and how it is paid.
    ///
    /// The amount is not part of it. A price that changes between two clicks must neither open a second
    /// order nor answer with a conflict that the buyer cannot understand: the open order stays, at the
    /// price that its page shows, its ledger entry expects, and PayTR collects.
    fn fingerprint(&self) -> [u8; 32] {
        let mut lines: Vec<_> = self.cart().lines().iter().collect();
        lines.sort_by_key(|line| line.product_id());
        let count = u64::try_from(lines.len()).unwrap_or(u64::MAX);
        let mut hash = Sha256::new();
        hash.update(b"paytr-flow purchase 1");
        hash.update(count.to_be_bytes());
        for line in lines {
            add(&mut hash, line.product_id());
            hash.update(line.quantity().to_be_bytes());
        }
        for text in [&self.email, &self.name, &self.address, &self.phone] {
            add(&mut hash, text);
        }
        add(&mut hash, self.payment_type().code());
        hash.finalize().into()
    }
}

/// The length goes first, so that two texts cannot be cut apart in another way.
fn add(hash: &mut Sha256, text: &str) {
    let length = u64::try_from(text.len()).unwrap_or(u64::MAX);
    hash.update(length.to_be_bytes());
    hash.update(text.as_bytes());
}

/// How long an order is given out again: the life of its page, less what a buyer needs to fill it in.
fn reuse_for(timeout_minutes: u32) -> Duration {
    let life = Duration::from_secs(60) * timeout_minutes;
    life.saturating_sub((life / 4).min(Duration::from_secs(5 * 60)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn purchase(json: &str) -> Purchase {
        let Ok(purchase) = Purchase::read(Some(b"application/json"), json.as_bytes()) else {
            panic!("{json} is not a purchase");
        };
        purchase
    }

    fn with(basket: &str, rest: &str) -> [u8; 32] {
        let buyer =
            r#""email":"a@example.com","user_name":"A","user_address":"B","user_phone":"1""#;
        purchase(&format!("{{\"basket\":{basket},{buyer}{rest}}}")).fingerprint()
    }

    #[test]
    fn the_same_cart_has_the_same_fingerprint_in_any_order() {
        let one = with(
            r#"[{"product_id":"a","quantity":1},{"product_id":"b","quantity":3}]"#,
            "",
        );
        let other = with(
            r#"[{"product_id":"b","quantity":1},{"product_id":"a","quantity":1},{"product_id":"b","quantity":2}]"#,
            r#","price":5,"lang":"en""#,
        );
        assert_eq!(one, other);
    }

    #[test]
    fn another_cart_buyer_or_way_to_pay_is_another_fingerprint() {
        let basket = r#"[{"product_id":"a","quantity":1}]"#;
        let one = with(basket, "");
        assert_ne!(one, with(r#"[{"product_id":"a","quantity":2}]"#, ""));
        assert_ne!(one, with(r#"[{"product_id":"b","quantity":1}]"#, ""));
        assert_ne!(one, with(basket, r#","payment_type":"eft""#));
        assert_ne!(one, with(basket, r#","user_name":"AB","user_address":"B""#));
        // The last of two equal names counts, so this moves one letter to the next field.
        assert_ne!(
            with(basket, r#","user_name":"AB","user_address":"C""#),
            with(basket, r#","user_name":"A","user_address":"BC""#)
        );
    }

    #[test]
    fn an_order_is_given_out_again_for_less_than_its_page_lives() {
        assert_eq!(reuse_for(30), Duration::from_secs(25 * 60));
        assert_eq!(reuse_for(1), Duration::from_secs(45));
    }
}
