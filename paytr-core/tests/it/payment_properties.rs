//! For any values: the token of a posted form is the one of the bytes in it.

use std::sync::LazyLock;

use paytr_core::Language;
use paytr_core::api::{
    BkmAmountUnit, BrowserPayment, Cashout, CreateLink, CvvInput, DeleteLinks, DeleteStoredCard,
    DirectForm, DirectPayment, Endpoint, Form, InstallmentCount, LinkKind, Payout,
    PlatformTransfer, SendLinkEmail, SendLinkSms, StoredCardCharge, StoredCardPayment, StoredCards,
    TransId, UserToken,
};
use proptest::prelude::*;

use crate::common::payments::{bkm, card, direct_order, iban, link_id, order};
use crate::common::shop::lira;
use crate::common::vector_file::VectorFile;
use crate::common::{assert_token_verifies, buyer, credentials, oid};

/// The signed fields of a formula, as the vectors tell them.
fn assert_formula(form: &Form, id: &str) -> Result<(), TestCaseError> {
    static FILE: LazyLock<VectorFile> = LazyLock::new(VectorFile::read);
    let order = FILE.formula(id).message_order.iter().map(String::as_str);
    let order: Vec<_> = order.filter(|name| *name != "merchant_salt").collect();
    assert_token_verifies(form, &order)
}

fn posted(request: &impl Endpoint) -> Form {
    request.form(&credentials()).unwrap()
}

fn shown(payment: &impl BrowserPayment) -> Form {
    payment.form(&credentials()).unwrap()
}

fn ids() -> impl Strategy<Value = String> {
    "[A-Za-z0-9]{1,60}"
}

/// Tokens of PayTR: their alphabet is not documented.
fn tokens() -> impl Strategy<Value = String> {
    "[!-~ğüşİ]{1,60}"
}

proptest! {
    #[test]
    fn payments_at_odeme_are_signed_as_posted(
        id in ids(),
        name in "\\PC{1,30}[a-z]",
        email in "[!-?A-~]{1,40}",
        amount in 1_u64..100_000_000_000,
        count in 0_u8..=12,
        utoken in tokens(),
    ) {
        let mut buyer = buyer();
        buyer.name = name;
        buyer.email = email.replace('@', "") + "x@example.com";
        let mut order = direct_order(&id, buyer);
        order.amount = lira(amount);
        prop_assume!(DirectPayment::new(order.clone()).form(&credentials()).is_ok());
        let user = UserToken::new(&utoken).unwrap();
        let installments = InstallmentCount::from_number(count);
        let mut direct = DirectPayment::new(order.clone());
        direct.installments = installments;
        assert_formula(&shown(&direct), "direct_payment_token")?;
        let stored = StoredCardPayment::new(order.clone(), user.clone(), card(), CvvInput::Asked);
        assert_formula(&shown(&stored), "direct_payment_token")?;
        let mut charge = StoredCardCharge::once(order.clone(), user.clone(), card());
        charge.installments = installments;
        assert_formula(&posted(&charge), "direct_payment_token")?;
        let recurring = StoredCardCharge::recurring(order.clone(), user, card());
        assert_formula(&posted(&recurring), "direct_payment_token")?;
        let mut express = bkm(BkmAmountUnit::Minor);
        express.order = order;
        assert_formula(&shown(&express), "bkm_express_token")?;
        express.amount_unit = BkmAmountUnit::Major;
        express.installment_options = r#"{"axess":{"2":20.2}}"#.to_owned();
        assert_formula(&shown(&express), "bkm_express_token")?;
    }

    #[test]
    fn card_requests_are_signed_as_posted(utoken in tokens(), ctoken in tokens()) {
        let user = UserToken::new(&utoken).unwrap();
        let card = ctoken.parse().unwrap();
        assert_formula(&posted(&StoredCards { user: user.clone() }), "card_list_token")?;
        assert_formula(&posted(&DeleteStoredCard { user, card }), "card_delete_token")?;
    }

    #[test]
    fn link_requests_are_signed_as_posted(
        name in "[a-zğüşıöçİĞÜŞÖÇ]{4}\\PC{0,196}",
        price in 100_u64..100_000_000_000,
        email in "[a-z0-9+._-]{1,80}@example\\.com",
        count in 1_u32..,
        phone in "05[0-9]{9}",
        ids in prop::collection::vec("[A-Za-z0-9]{1,20}", 1..=10),
    ) {
        let create = |kind| posted(&CreateLink::new(name.clone(), lira(price), kind));
        let product = create(LinkKind::Product { min_count: count, max_count: None });
        assert_formula(&product, "link_create_product_token")?;
        let collection = create(LinkKind::collection(email.clone()));
        assert_formula(&collection, "link_create_collection_token")?;
        assert_formula(&create(LinkKind::flex(lira(price))), "link_create_flex_token")?;
        let links: Vec<_> = ids.iter().map(|id| link_id(id)).collect();
        let link = links[0].clone();
        assert_formula(&posted(&DeleteLinks { links }), "link_delete_token")?;
        let sms = SendLinkSms { link: link.clone(), phone };
        assert_formula(&posted(&sms), "link_sms_token")?;
        let mail = SendLinkEmail { link, email };
        assert_formula(&posted(&mail), "link_email_token")?;
    }

    #[test]
    fn transfers_and_cashouts_are_signed_as_posted(
        order in ids(),
        trans_id in ids(),
        total in 1_u64..100_000_000_000,
        part in 0_u64..=100,
        first in "[a-zğüşıöçİĞÜŞÖÇ&+%]{2,20}",
        last in "[a-zğüşıöçİĞÜŞÖÇ&+%]{2,20}",
    ) {
        let name = format!("{first} {last}");
        let id = TransId::new(&trans_id).unwrap();
        let seller = lira(total * part / 100);
        let transfer =
            PlatformTransfer::new(oid(&order), id.clone(), seller, lira(total), name.clone(), iban());
        assert_formula(&posted(&transfer), "platform_transfer_token")?;
        let cashout = Cashout::new(id, vec![Payout::new(lira(total), name, iban())]);
        assert_formula(&posted(&cashout), "cashout_token")?;
    }

    #[test]
    fn no_text_leaves_its_attribute_in_the_page(name in "\\PC{1,60}", address in ".{1,60}") {
        let mut order = order();
        order.buyer.name = name;
        order.buyer.address = address;
        let Ok(form) = DirectForm::new(&DirectPayment::new(order), &credentials()) else {
            return Ok(());
        };
        let html = form.to_html(Language::English);
        let hidden = form.hidden_fields().iter().count();
        let inputs = hidden + form.card_inputs().len();
        // Two quotes for each attribute that this library writes, and none of anybody else.
        prop_assert_eq!(html.matches("<input").count(), inputs);
        prop_assert_eq!(html.matches("type=\"hidden\"").count(), hidden);
        let quotes = 3 * 2 + hidden * 6 + form.card_inputs().len() * 8 + 2;
        prop_assert_eq!(html.matches('"').count(), quotes);
    }
}
