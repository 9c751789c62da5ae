//! The pages of the shop. The payment page is Paytrek's.

use ::shop::Product;
use askama::Template;
use paytrek::{Found, OrderRecord, Rejection};

pub(crate) const STYLE: &str = include_str!("../../shop/assets/shop.css");

#[derive(Template)]
#[template(path = "catalogue.html")]
pub(crate) struct CataloguePage<'a> {
    pub(crate) products: &'a [Product],
    pub(crate) idempotency_key: String,
    pub(crate) fake: bool,
}

impl CataloguePage<'_> {
    /// `249,90 TL`.
    fn price(product: &Product) -> String {
        format!(
            "{},{:02} TL",
            product.unit_price / 100,
            product.unit_price % 100
        )
    }
}

#[derive(Template)]
#[template(path = "return.html")]
pub(crate) struct ReturnPage<'a> {
    pub(crate) order: &'a str,
    pub(crate) state: &'static str,
    pub(crate) text: &'static str,
    pub(crate) english: &'static str,
    /// After how many seconds the page asks again by itself.
    pub(crate) asks_again: Option<u64>,
}

impl<'a> ReturnPage<'a> {
    /// What the buyer is told: what came of the return, and how the order stands after it. A page that waits
    /// asks again, and more and more seldom: Paytrek is asked each time.
    pub(crate) fn of(
        order: &'a str,
        returned: &Result<Found, Rejection>,
        record: Option<&OrderRecord>,
    ) -> Self {
        let state = match (returned, record) {
            (Err(_), _) | (_, None) => "rejected",
            (Ok(found), _) if found.is_settled() => "paid",
            (Ok(Found::Review(..)), _) => "review",
            (Ok(_), Some(record)) => record.state.as_str(),
        };
        let (text, english) = match state {
            "paid" => (
                "Ödemeniz alındı. Teşekkürler!",
                "Your payment arrived. Thank you!",
            ),
            "undelivered" => (
                "Ödemeniz alındı, siparişiniz onaylanıyor…",
                "Your payment arrived. Your order is being confirmed.",
            ),
            "review" => (
                "Ödemeniz bize ulaştı ama siparişle uyuşmuyor. Sizi arayacağız.",
                "Your payment does not match the order. We will call you.",
            ),
            "rejected" => (
                "Bu adres bir siparişe ait değil.",
                "This address does not belong to an order.",
            ),
            "failed" | "closed" => (
                "Ödeme süresi doldu. Yeniden sipariş verebilirsiniz.",
                "The time to pay is over. You can order again.",
            ),
            // Money that is held, for a fraud review say, is waited for too.
            _ => (
                "Ödemeniz bekleniyor ya da inceleniyor…",
                "Waiting for your payment, or for its review…",
            ),
        };
        let waits = matches!(state, "pending" | "undelivered");
        let age = record.and_then(|record| record.opened_at.elapsed().ok());
        let seconds = age.unwrap_or_default().as_secs();
        Self {
            order,
            state,
            text,
            english,
            asks_again: waits.then(|| (seconds / 10).clamp(2, 60)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use paytrek::{Currency, Expected, Mode, Money, OrderKey, OrderState, Undelivered};
    use std::time::{Duration, SystemTime};

    fn page(returned: &Result<Found, Rejection>, state: OrderState, age: u64) -> ReturnPage<'_> {
        let order = OrderKey::new("m", "A").unwrap();
        let opened_at = SystemTime::now() - Duration::from_secs(age);
        let record = OrderRecord::new(order, Expected::Unknown, Mode::Live, None, state, opened_at);
        ReturnPage::of("A", returned, Some(&record))
    }

    #[test]
    fn a_waiting_page_asks_more_and_more_seldom_and_a_settled_one_never() {
        let total = Money::new(1, Currency::TRY);
        let owed = Undelivered::new(total, 3, SystemTime::now(), None);
        for state in [OrderState::Pending, OrderState::Undelivered(owed)] {
            for (age, pause) in [(0, 2), (100, 10), (600, 60), (100_000, 60)] {
                let page = page(&Ok(Found::NotYet), state, age);
                assert_eq!((page.state, page.asks_again), (state.as_str(), Some(pause)));
            }
        }
        for state in [
            OrderState::paid(total),
            OrderState::Review,
            OrderState::Failed,
            OrderState::Closed,
        ] {
            let page = page(&Ok(Found::NotYet), state, 0);
            assert_eq!((page.state, page.asks_again), (state.as_str(), None));
        }
    }

    #[test]
    fn what_the_return_brought_goes_before_how_the_order_stands() {
        let paid = OrderState::Pending;
        assert_eq!(page(&Ok(Found::AlreadyPaid), paid, 0).state, "paid");
        assert_eq!(page(&Err(Rejection::OtherToken), paid, 0).state, "rejected");
    }
}
