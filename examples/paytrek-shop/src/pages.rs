//! The pages of the shop. The payment page is Paytrek's.

use ::shop::Product;
use std::time::Duration;

use askama::Template;
use paytrek::{Decision, Verdict};

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
    /// What the buyer is told. A page that waits asks again, and more and more seldom: Paytrek is asked each
    /// time.
    pub(crate) fn of(order: &'a str, verdict: &Verdict, age: Duration) -> Self {
        let (state, text, english) = match verdict {
            verdict if verdict.is_settled() => (
                "paid",
                "Ödemeniz alındı. Teşekkürler!",
                "Your payment arrived. Thank you!",
            ),
            Verdict::Decided(Decision::HandlerFailed(_)) => (
                "undelivered",
                "Ödemeniz alındı, siparişiniz hazırlanıyor…",
                "Your payment arrived. Your order is being prepared.",
            ),
            Verdict::Held(_) => (
                "held",
                "Ödemeniz inceleniyor. Sonucu size bildireceğiz.",
                "Your payment is being reviewed. We will tell you.",
            ),
            Verdict::Decided(Decision::Mismatch(_) | Decision::TestPaymentRecorded)
            | Verdict::RefundedBefore
            | Verdict::SecondSale => (
                "review",
                "Ödemeniz bize ulaştı ama siparişle uyuşmuyor. Sizi arayacağız.",
                "Your payment does not match the order. We will call you.",
            ),
            Verdict::Rejected(_) => (
                "rejected",
                "Bu adres bir siparişe ait değil.",
                "This address does not belong to an order.",
            ),
            Verdict::Expired(_) => (
                "failed",
                "Ödeme süresi doldu. Yeniden sipariş verebilirsiniz.",
                "The time to pay is over. You can order again.",
            ),
            _ => (
                "pending",
                "Ödemeniz bekleniyor…",
                "Waiting for your payment…",
            ),
        };
        Self {
            order,
            state,
            text,
            english,
            asks_again: matches!(state, "pending" | "undelivered").then(|| (age.as_secs() / 10).clamp(2, 60)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use paytrek::SaleStatus;

    #[test]
    fn a_waiting_page_asks_more_and_more_seldom_and_a_settled_one_never() {
        let asks_again = |verdict: &Verdict, seconds| {
            ReturnPage::of("A", verdict, Duration::from_secs(seconds)).asks_again
        };
        let waiting = Verdict::NotPaid(SaleStatus::Created);
        for (age, pause) in [(0, 2), (100, 10), (600, 60), (100_000, 60)] {
            assert_eq!(asks_again(&waiting, age), Some(pause));
        }
        for verdict in [
            Verdict::AlreadySettled,
            Verdict::Held(SaleStatus::PreAuthorized),
        ] {
            assert_eq!(asks_again(&verdict, 0), None);
        }
    }
}
