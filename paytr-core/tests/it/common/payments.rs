//! Requests that move money, made of plain texts.

use paytr_core::api::{
    BkmAmountUnit, BkmExpress, Buyer, CallbackTarget, CardStorage, CardToken, Cashout, CreateLink,
    CvvInput, DirectOrder, DirectPayment, Form, Iban, InvalidRequest, LinkId, LinkKind, Payout,
    PlatformTransfer, StoredCardCharge, StoredCardPayment, TransId, UserToken,
};
use paytr_core::callback::CallbackId;
use paytr_core::{Basket, Currency};

use super::shop::lira;
use super::{buyer, oid};

pub(crate) const IBAN: &str = "TR330006100519786457841326";

/// The field that a request is refused for.
pub(crate) fn refused_field(form: Result<Form, InvalidRequest>) -> &'static str {
    match form.map(|form| form.to_urlencoded()) {
        Err(
            InvalidRequest::Length { field, .. }
            | InvalidRequest::Shape { field, .. }
            | InvalidRequest::Range { field, .. },
        ) => field,
        other => panic!("{other:?}"),
    }
}

/// An order over 34.56 lira.
pub(crate) fn direct_order(id: &str, buyer: Buyer) -> DirectOrder {
    let basket = Basket::new(Currency::TRY)
        .item("Kalem \"A&B\" <1>", 3_456, 1)
        .unwrap();
    DirectOrder::new(
        oid(id),
        basket,
        buyer,
        "https://shop.example/ok?a=1&b=2",
        "https://shop.example/fail",
    )
}

pub(crate) fn order() -> DirectOrder {
    direct_order("SIPARIS0001", buyer())
}

pub(crate) fn user() -> UserToken {
    UserToken::new("u1u2u3").unwrap()
}

pub(crate) fn card() -> CardToken {
    CardToken::new("c1c2c3").unwrap()
}

pub(crate) fn direct(change: impl FnOnce(&mut DirectPayment)) -> DirectPayment {
    let mut payment = DirectPayment::new(order());
    change(&mut payment);
    payment
}

pub(crate) fn storing(storage: CardStorage) -> DirectPayment {
    direct(|payment| payment.storage = storage)
}

pub(crate) fn stored_payment(cvv: CvvInput) -> StoredCardPayment {
    StoredCardPayment::new(order(), user(), card(), cvv)
}

pub(crate) fn bkm(unit: BkmAmountUnit) -> BkmExpress {
    BkmExpress::new(order(), unit)
}

pub(crate) fn charge() -> StoredCardCharge {
    StoredCardCharge::once(order(), user(), card())
}

pub(crate) fn recurring() -> StoredCardCharge {
    StoredCardCharge::recurring(order(), user(), card())
}

pub(crate) fn link_id(id: &str) -> LinkId {
    LinkId::new(id).unwrap()
}

pub(crate) fn trans_id(id: &str) -> TransId {
    TransId::new(id).unwrap()
}

pub(crate) fn iban() -> Iban {
    Iban::new(IBAN).unwrap()
}

pub(crate) fn link(kind: LinkKind) -> CreateLink {
    CreateLink::new("Kırmızı Defter", lira(3_456), kind)
}

pub(crate) fn callback_target(url: &str) -> CallbackTarget {
    CallbackTarget::new(url, CallbackId::new("LINK00000001").unwrap())
}

pub(crate) fn transfer() -> PlatformTransfer {
    PlatformTransfer::new(
        oid("SIPARIS0001"),
        trans_id("TR0001"),
        lira(3_000),
        lira(3_456),
        "Ayşe Yılmaz",
        iban(),
    )
}

pub(crate) fn cashout() -> Cashout {
    let payout = Payout::new(lira(1_283), "XYZ LTD ŞTİ", iban());
    Cashout::new(trans_id("CO0001"), vec![payout])
}
