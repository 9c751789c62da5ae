//! The tokens of payments at `/odeme`, stored cards, links and transfers that other implementations
//! produced, made by the typed requests.

use paytr_core::amount::{money_from_major, parse_currency};
use paytr_core::api::{
    Authentication, BkmAmountUnit, BkmExpress, BrowserPayment as _, Cashout, CreateLink,
    DeleteLinks, DeleteStoredCard, DirectOrder, DirectPayment, Endpoint as _, Form, Iban,
    InstallmentCount, LinkKind, Payout, PlatformTransfer, SendLinkEmail, SendLinkSms,
    StoredCardCharge, StoredCards, TransId,
};
use paytr_core::{Basket, Currency, Language, Money};

use crate::common::oid;
use crate::common::payments::{card, iban, link_id, user};
use crate::common::shop::lira;
use crate::common::vector_file::{Vector, VectorFile};
use crate::vectors::{buyer, each_documented, mode};

/// Checks the documented vectors of a formula, and counts them.
fn check(formula: &str, except: &[&str], form: impl Fn(&VectorFile, &Vector) -> Form) -> usize {
    let file = VectorFile::read();
    let formula = file.formula(formula);
    each_documented(formula, except, |vector| {
        let form = form(&file, vector);
        assert_eq!(
            form.get("paytr_token"),
            Some(&*vector.expected),
            "{}",
            vector.name
        );
        for (name, value) in &vector.fields {
            if formula.message_order.contains(name) {
                let posted = form.get(name).unwrap_or_default();
                assert_eq!(posted, value, "{} {name}", vector.name);
            }
        }
    })
}

fn order(vector: &Vector, amount: Money) -> DirectOrder {
    let basket = Basket::new(amount.currency())
        .item("Kalem", 100, 1)
        .unwrap();
    let id = oid(vector.field("merchant_oid"));
    let mut order = DirectOrder::new(
        id,
        basket,
        buyer(vector),
        "https://shop.example/ok",
        "https://shop.example/fail",
    );
    order.amount = amount;
    order.mode = mode(vector);
    order
}

fn direct_amount(vector: &Vector) -> Money {
    let currency = parse_currency(vector.field("currency")).unwrap();
    money_from_major(vector.field("payment_amount"), currency).unwrap()
}

fn installments(vector: &Vector) -> InstallmentCount {
    InstallmentCount::from_number(vector.field("installment_count").parse().unwrap())
}

/// Amounts always have two decimals here; empty optionals and other letters are not sent.
const DIRECT_BELOW_THE_TYPES: [&str; 3] = [
    "whole_amount_without_decimals",
    "smallest_and_empty_optionals",
    "utf8_email_hmac_layer_only",
];

#[test]
fn direct_payments_make_every_documented_direct_token() {
    let by_type = check(
        "direct_payment_token",
        &DIRECT_BELOW_THE_TYPES,
        |file, vector| {
            let mut payment = DirectPayment::new(order(vector, direct_amount(vector)));
            payment.installments = installments(vector);
            if vector.field("non_3d") == "1" {
                payment.authentication = Authentication::Non3d;
            }
            payment.form(&file.credentials(vector)).unwrap()
        },
    );
    assert_eq!(by_type, 4);
}

#[test]
fn charges_of_stored_cards_make_the_tokens_without_three_d_secure() {
    let with_three_d = ["three_d_single_payment", "large_amount_eur"];
    let except = [&DIRECT_BELOW_THE_TYPES[..], &with_three_d].concat();
    let by_type = check("direct_payment_token", &except, |file, vector| {
        let order = order(vector, direct_amount(vector));
        let credentials = file.credentials(vector);
        let mut once = StoredCardCharge::once(order.clone(), user(), card());
        once.installments = installments(vector);
        let mut recurring = StoredCardCharge::recurring(order, user(), card());
        recurring.installments = once.installments;
        let [once, recurring] = [once, recurring].map(|charge| charge.form(&credentials).unwrap());
        assert_eq!(once.get("paytr_token"), recurring.get("paytr_token"));
        recurring
    });
    assert_eq!(by_type, 2);
}

#[test]
fn bkm_express_makes_every_documented_token() {
    let below = ["live_empty_installment_count", "utf8_email_hmac_layer_only"];
    let by_type = check("bkm_express_token", &below, |file, vector| {
        let text = vector.field("payment_amount");
        let (amount, unit) = match text.parse() {
            Ok(minor_units) => (lira(minor_units), BkmAmountUnit::Minor),
            Err(_) => (
                money_from_major(text, Currency::TRY).unwrap(),
                BkmAmountUnit::Major,
            ),
        };
        let mut payment = BkmExpress::new(order(vector, amount), unit);
        payment.installment_options = vector.field("installment_options").to_owned();
        payment.form(&file.credentials(vector)).unwrap()
    });
    assert_eq!(by_type, 2);
}

#[test]
fn card_lists_and_deletions_make_every_token() {
    let lists = check("card_list_token", &[], |file, vector| {
        let user = vector.field("utoken").parse().unwrap();
        StoredCards { user }
            .form(&file.credentials(vector))
            .unwrap()
    });
    let deletions = check("card_delete_token", &[], |file, vector| {
        let user = vector.field("utoken").parse().unwrap();
        let card = vector.field("ctoken").parse().unwrap();
        let request = DeleteStoredCard { user, card };
        request.form(&file.credentials(vector)).unwrap()
    });
    assert_eq!((lists, deletions), (4, 4));
}

/// A link of a vector. Currency and language are always posted, so vectors without them are below the
/// types.
fn link(file: &VectorFile, vector: &Vector, kind: LinkKind) -> Form {
    let currency = parse_currency(vector.field("currency")).unwrap();
    let price = Money::new(vector.field("price").parse().unwrap(), currency);
    let mut request = CreateLink::new(vector.field("name"), price, kind);
    request.max_installments = vector.field("max_installment").parse().unwrap();
    request.language = Language::from_code(vector.field("lang")).unwrap();
    request.form(&file.credentials(vector)).unwrap()
}

#[test]
fn links_make_every_token_of_all_three_kinds() {
    let products = check(
        "link_create_product_token",
        &["empty_currency_and_lang"],
        |file, vector| {
            let min_count = vector.field("min_count").parse().unwrap();
            let max_count = None;
            link(
                file,
                vector,
                LinkKind::Product {
                    min_count,
                    max_count,
                },
            )
        },
    );
    let bills = check(
        "link_create_collection_token",
        &["large_empty_currency_and_lang"],
        |file, vector| link(file, vector, LinkKind::collection(vector.field("email"))),
    );
    let flex = check(
        "link_create_flex_token",
        &["empty_currency_and_lang"],
        |file, vector| {
            let currency = parse_currency(vector.field("currency")).unwrap();
            let most = vector.field("flex_max_price").parse().unwrap();
            link(file, vector, LinkKind::flex(Money::new(most, currency)))
        },
    );
    assert_eq!((products, bills, flex), (3, 2, 2));
}

#[test]
fn links_are_deleted_and_sent_with_every_token() {
    let deletions = check("link_delete_token", &[], |file, vector| {
        let links = vector.field("id").split(',').map(link_id).collect();
        DeleteLinks { links }
            .form(&file.credentials(vector))
            .unwrap()
    });
    let messages = check("link_sms_token", &[], |file, vector| {
        let link = link_id(vector.field("id"));
        let phone = vector.field("cell_phone").to_owned();
        let request = SendLinkSms { link, phone };
        request.form(&file.credentials(vector)).unwrap()
    });
    let mails = check(
        "link_email_token",
        &["utf8_hmac_layer_only"],
        |file, vector| {
            let link = link_id(vector.field("id"));
            let email = vector.field("email").to_owned();
            let request = SendLinkEmail { link, email };
            request.form(&file.credentials(vector)).unwrap()
        },
    );
    assert_eq!((deletions, messages, mails), (3, 3, 2));
}

#[test]
fn transfers_and_cashouts_make_every_token() {
    let transfers = check("platform_transfer_token", &[], |file, vector| {
        let amount = |name| lira(vector.field(name).parse().unwrap());
        let request = PlatformTransfer::new(
            oid(vector.field("merchant_oid")),
            TransId::new(vector.field("trans_id")).unwrap(),
            amount("submerchant_amount"),
            amount("total_amount"),
            vector.field("transfer_name"),
            Iban::new(vector.field("transfer_iban")).unwrap(),
        );
        request.form(&file.credentials(vector)).unwrap()
    });
    let cashouts = check("cashout_token", &[], |file, vector| {
        let id = TransId::new(vector.field("trans_id")).unwrap();
        let request = Cashout::new(id, payouts(vector.field("trans_info")));
        request.form(&file.credentials(vector)).unwrap()
    });
    assert_eq!((transfers, cashouts), (3, 3));
}

/// The payouts of a documented `trans_info`; one for the token of an empty one, which covers none.
fn payouts(trans_info: &str) -> Vec<Payout> {
    let rows: Vec<serde_json::Value> = serde_json::from_str(trans_info).unwrap();
    let payouts: Vec<_> = rows
        .iter()
        .map(|row| {
            let amount = row["amount"].as_str().unwrap().parse().unwrap();
            let account = Iban::new(row["iban"].as_str().unwrap()).unwrap();
            Payout::new(lira(amount), row["receiver"].as_str().unwrap(), account)
        })
        .collect();
    if payouts.is_empty() {
        return vec![Payout::new(lira(1), "A B", iban())];
    }
    let posted = Cashout::new(TransId::random(), payouts.clone());
    let form = posted.form(&crate::common::credentials()).unwrap();
    assert_eq!(form.get("trans_info"), Some(trans_info));
    payouts
}
