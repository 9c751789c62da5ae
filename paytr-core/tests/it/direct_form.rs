//! Payments on the shop's own page: what the browser gets, and what it cannot get.

use paytr_core::api::{
    Authentication, BkmAmountUnit, BrowserPayment, CardInput, CardStorage, CvvInput, DirectAnswer,
    DirectForm, DirectPayment, Form, InstallmentCount,
};
use paytr_core::wire::CardProgram;
use paytr_core::{Currency, Language, Mode, Money, PaytrClient};

use crate::common::payments::{self, bkm, direct, order, stored_payment, storing, user};
use crate::common::server::{Server, ok};
use crate::common::shop::lira;
use crate::common::{buyer, credentials};

fn form(payment: &impl BrowserPayment) -> Form {
    payment.form(&credentials()).unwrap()
}

fn refused_field(payment: &impl BrowserPayment) -> &'static str {
    payments::refused_field(payment.form(&credentials()))
}

fn names(form: &Form) -> Vec<&'static str> {
    form.iter().map(|(name, _)| name).collect()
}

#[test]
fn a_direct_form_is_posted_byte_for_byte() {
    assert_eq!(
        form(&DirectPayment::new(order())).to_urlencoded(),
        "merchant_id=123456&user_ip=88.255.10.20&merchant_oid=SIPARIS0001\
         &email=musteri%40example.com&payment_amount=34.56&payment_type=card&installment_count=0\
         &currency=TL&test_mode=0&non_3d=0&user_name=Ay%C5%9Fe+Y%C4%B1lmaz\
         &user_address=Atat%C3%BCrk+Cad.+1%2C+%C4%B0zmir&user_phone=05001112233\
         &user_basket=%5B%5B%22Kalem+%5C%22A%26B%5C%22+%3C1%3E%22%2C%2234.56%22%2C1%5D%5D\
         &merchant_ok_url=https%3A%2F%2Fshop.example%2Fok%3Fa%3D1%26b%3D2\
         &merchant_fail_url=https%3A%2F%2Fshop.example%2Ffail&client_lang=tr&debug_on=0\
         &paytr_token=rpOa3hdUwFA9Q4ZSrZiq45j5NRvGFay0WRM8cjGmmOc%3D"
    );
}

#[test]
fn a_bkm_express_form_is_posted_byte_for_byte() {
    let mut payment = bkm(BkmAmountUnit::Major);
    payment.installment_options = r#"{"axess":{"2":20.2}}"#.to_owned();
    assert_eq!(
        form(&payment).to_urlencoded(),
        "merchant_id=123456&user_ip=88.255.10.20&merchant_oid=SIPARIS0001\
         &email=musteri%40example.com&payment_amount=34.56&payment_type=bex&installment_count=0\
         &test_mode=0&installment_options=%7B%22axess%22%3A%7B%222%22%3A20.2%7D%7D\
         &user_name=Ay%C5%9Fe+Y%C4%B1lmaz\
         &user_address=Atat%C3%BCrk+Cad.+1%2C+%C4%B0zmir&user_phone=05001112233\
         &user_basket=%5B%5B%22Kalem+%5C%22A%26B%5C%22+%3C1%3E%22%2C%2234.56%22%2C1%5D%5D\
         &merchant_ok_url=https%3A%2F%2Fshop.example%2Fok%3Fa%3D1%26b%3D2\
         &merchant_fail_url=https%3A%2F%2Fshop.example%2Ffail&client_lang=tr&debug_on=0\
         &paytr_token=5Duh0LE04iemhuP6KwHMfW28JmzVzQ8zsACR76ZhuIo%3D"
    );
}

#[test]
fn a_stored_card_form_has_both_tokens_and_asks_for_the_cvv_only_if_told() {
    let asked = stored_payment(CvvInput::Asked);
    let posted = form(&asked);
    assert_eq!(posted.get("utoken"), Some("u1u2u3"));
    assert_eq!(posted.get("ctoken"), Some("c1c2c3"));
    assert_eq!(posted.get("non_3d"), Some("0"));
    assert_eq!(asked.card_inputs(), [CardInput::Cvv]);
    let not_asked = stored_payment(CvvInput::NotAsked);
    assert!(not_asked.card_inputs().is_empty());
    assert_eq!(posted, form(&not_asked));
    let mut non_3d = not_asked;
    non_3d.authentication = Authentication::Non3d;
    non_3d.card_program = Some(CardProgram::Bonus);
    non_3d.installments = InstallmentCount::Of(3);
    let posted = form(&non_3d);
    for (name, value) in [
        ("non_3d", "1"),
        ("card_type", "bonus"),
        ("installment_count", "3"),
    ] {
        assert_eq!(posted.get(name), Some(value), "{name}");
    }
}

#[test]
fn no_request_has_a_field_for_card_data() {
    let forms = [
        form(&direct(|_| ())),
        form(&storing(CardStorage::NewUser)),
        form(&storing(CardStorage::ForUser(user()))),
        form(&stored_payment(CvvInput::Asked)),
        form(&bkm(BkmAmountUnit::Minor)),
    ];
    for form in &forms {
        for input in CardInput::NEW_CARD {
            assert_eq!(form.get(input.name()), None, "{}", input.name());
        }
    }
}

#[test]
fn choices_are_posted_in_paytrs_spelling() {
    let posted = form(&direct(|payment| {
        payment.order.amount = Money::new(100_099, Currency::EUR);
        payment.order.mode = Mode::Test;
        payment.order.language = Language::English;
        payment.order.debug = true;
        payment.installments = InstallmentCount::Of(12);
        payment.authentication = Authentication::Non3d;
        payment.card_program = Some(CardProgram::from_code("WORLD"));
        payment.storage = CardStorage::ForUser(user());
        payment.answer = DirectAnswer::Json;
        payment.fail_test = true;
        payment.timeout_minutes = Some(15);
        payment.expires_at = Some(1_790_000_000);
    }));
    for (name, value) in [
        ("payment_amount", "1000.99"),
        ("currency", "EUR"),
        ("test_mode", "1"),
        ("client_lang", "en"),
        ("debug_on", "1"),
        ("installment_count", "12"),
        ("non_3d", "1"),
        ("card_type", "world"),
        ("store_card", "1"),
        ("utoken", "u1u2u3"),
        ("sync_mode", "1"),
        ("non3d_test_failed", "1"),
        ("timeout_limit", "15"),
        ("request_exp_date", "1790000000"),
    ] {
        assert_eq!(posted.get(name), Some(value), "{name}");
    }
    let first = form(&storing(CardStorage::NewUser));
    assert_eq!(
        (first.get("store_card"), first.get("utoken")),
        (Some("1"), None)
    );
    let plain = names(&form(&direct(|_| ())));
    for absent in [
        "card_type",
        "store_card",
        "utoken",
        "ctoken",
        "sync_mode",
        "recurring_payment",
        "non3d_test_failed",
        "timeout_limit",
        "request_exp_date",
    ] {
        assert!(!plain.contains(&absent), "{absent}");
    }
}

#[test]
fn zero_and_one_instalment_are_a_single_payment() {
    for count in [0, 1] {
        assert_eq!(
            InstallmentCount::from_number(count),
            InstallmentCount::Single
        );
    }
    assert_eq!(InstallmentCount::from_number(2), InstallmentCount::Of(2));
}

#[test]
fn values_that_paytr_refuses_are_refused_unsent() {
    let wrong = [
        ("email", direct(|p| p.order.buyer.email = "ş@b.co".into())),
        ("user_name", direct(|p| p.order.buyer.name = " ".into())),
        ("payment_amount", direct(|p| p.order.amount = lira(0))),
        (
            "payment_amount",
            direct(|p| p.order.amount = lira(100_000_000_000)),
        ),
        (
            "currency",
            direct(|p| p.order.amount = Money::new(1, "JPY".parse().unwrap())),
        ),
        (
            "user_basket",
            direct(|p| p.order.basket = paytr_core::Basket::new(Currency::TRY)),
        ),
        ("merchant_ok_url", direct(|p| p.order.ok_url = "/ok".into())),
        (
            "merchant_fail_url",
            direct(|p| p.order.fail_url = "javascript:1".into()),
        ),
        (
            "installment_count",
            direct(|p| p.installments = InstallmentCount::Of(1)),
        ),
        (
            "installment_count",
            direct(|p| p.installments = InstallmentCount::Of(13)),
        ),
        (
            "card_type",
            direct(|p| p.card_program = Some(CardProgram::None)),
        ),
        (
            "card_type",
            direct(|p| p.card_program = Some("axes".into())),
        ),
        ("sync_mode", direct(|p| p.answer = DirectAnswer::Json)),
        (
            "non3d_test_failed",
            direct(|p| {
                p.fail_test = true;
                p.authentication = Authentication::Non3d;
            }),
        ),
        (
            "non3d_test_failed",
            direct(|p| {
                p.fail_test = true;
                p.order.mode = Mode::Test;
            }),
        ),
        ("timeout_limit", direct(|p| p.timeout_minutes = Some(0))),
    ];
    for (field, payment) in &wrong {
        assert_eq!(refused_field(payment), *field);
    }
    assert!(
        direct(|p| p.order.amount = lira(1))
            .form(&credentials())
            .is_ok()
    );
}

#[test]
fn bkm_express_is_in_lira_and_in_the_unit_that_the_caller_names() {
    assert_eq!(
        form(&bkm(BkmAmountUnit::Major)).get("payment_amount"),
        Some("34.56")
    );
    assert_eq!(
        form(&bkm(BkmAmountUnit::Minor)).get("payment_amount"),
        Some("3456")
    );
    assert_eq!(form(&bkm(BkmAmountUnit::Minor)).get("currency"), None);
    let mut euro = bkm(BkmAmountUnit::Minor);
    euro.order.amount = Money::new(3_456, Currency::EUR);
    assert_eq!(refused_field(&euro), "payment_amount");
    for options in ["{", "[]", "1", "{}\n", "{\n}"] {
        let mut payment = bkm(BkmAmountUnit::Minor);
        payment.installment_options = options.to_owned();
        assert_eq!(refused_field(&payment), "installment_options", "{options}");
    }
}

#[test]
fn the_form_goes_to_paytr_or_to_the_base_url_of_the_client() {
    let client = PaytrClient::new(credentials()).unwrap();
    let payment = direct(|_| ());
    let form = DirectForm::new(&payment, &credentials()).unwrap();
    assert_eq!(form.action(), "https://www.paytr.com/odeme");
    assert_eq!(client.direct_form(&payment).unwrap(), form);
}

#[tokio::test]
async fn making_a_form_sends_nothing() {
    let server = Server::always(ok("{}")).await;
    let form = server.client().direct_form(&direct(|_| ())).unwrap();
    assert_eq!(form.action(), format!("{}/odeme", server.base_url()));
    assert!(server.requests().is_empty());
}

/// The hidden inputs of a form, read as a browser does.
fn hidden_inputs(html: &str) -> Vec<(String, String)> {
    let inputs = html.lines().filter(|line| line.contains("type=\"hidden\""));
    let attribute = |line: &str, name: &str| {
        let (_, rest) = line.split_once(&format!(" {name}=\"")).unwrap();
        let (value, _) = rest.split_once('"').unwrap();
        assert!(!value.contains(['<', '>', '"', '\'']), "{value}");
        let named = [
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&quot;", "\""),
            ("&#39;", "'"),
            ("&#13;", "\r"),
        ];
        let text = named
            .iter()
            .fold(value.to_owned(), |text, (name, is)| text.replace(name, is));
        text.replace("&amp;", "&")
    };
    inputs
        .map(|line| (attribute(line, "name"), attribute(line, "value")))
        .collect()
}

#[test]
fn a_browser_reads_from_the_page_what_was_signed_and_no_script() {
    let mut payment = direct(|_| ());
    payment.order.buyer.name = "\"><script>alert('1')</script>&amp;\r".to_owned();
    let form = DirectForm::new(&payment, &credentials()).unwrap();
    let html = form.to_html(Language::Turkish);
    assert!(!html.contains("<script"), "{html}");
    let read = hidden_inputs(&html);
    let fields: Vec<_> = form
        .hidden_fields()
        .iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    assert_eq!(read, fields);
    assert!(html.starts_with(
        "<form action=\"https://www.paytr.com/odeme\" method=\"post\" accept-charset=\"utf-8\">"
    ));
    for input in CardInput::NEW_CARD {
        let shown = format!("<input name=\"{}\"", input.name());
        assert_eq!(html.matches(&shown).count(), 1, "{}", input.name());
        assert!(html.contains(input.label(Language::Turkish)));
        assert!(html.contains(&format!("autocomplete=\"{}\"", input.autocomplete())));
    }
    let bkm = DirectForm::new(&bkm(BkmAmountUnit::Major), &credentials()).unwrap();
    let html = bkm.to_html(Language::English);
    assert!(
        !html.contains("<label>") && html.contains(">Pay</button>"),
        "{html}"
    );
}

#[test]
fn an_address_that_spells_the_end_of_a_link_request_is_refused() {
    for email in [
        "x1000TL12collectiontra@b.co",
        "x1000TL12collectionena@b.co",
        "x100012collection@b.co",
        "a@x1000TL1collectiontrb.co",
    ] {
        assert_eq!(
            refused_field(&direct(|p| p.order.buyer.email = email.into())),
            "email",
            "{email}"
        );
    }
    for email in [
        "collections@b.co",
        "tax.collection@b.co",
        "collection1@b.co",
    ] {
        let mut buyer = buyer();
        buyer.email = email.to_owned();
        assert!(
            direct(|p| p.order.buyer = buyer)
                .form(&credentials())
                .is_ok(),
            "{email}"
        );
    }
}
