//! Every token and hash that another implementation produced, byte for byte.

use paytr_core::api::{Buyer, Endpoint, IframeCard, IframeEft, Installments, StatusInquiry};
use paytr_core::callback::SignedFields;
use paytr_core::credentials::{Signature, SignedPart};
use paytr_core::testing::PaymentNotification;
use paytr_core::{Basket, Credentials, Currency, Keyring, Mode, Money, PaymentCallback};

use crate::common::oid;
use crate::common::vector_file::{Formula, Vector, VectorFile};

#[test]
fn all_107_vectors_of_all_27_formulas_are_signed_alike() {
    let file = VectorFile::read();
    assert_eq!((file.counts.formulas, file.counts.vectors), (27, 107));
    let mut formulas = 0;
    let mut vectors = 0;
    for formula in &file.formulas {
        formulas += 1;
        for vector in &formula.vectors {
            vectors += 1;
            let signed = file.sign(formula, vector).to_base64();
            assert_eq!(signed, vector.expected, "{} {}", formula.id, vector.name);
            let credentials = file.credentials(vector);
            let whole = [SignedPart::Field(vector.message.as_bytes())];
            assert!(credentials.verify(&whole, &vector.signature()));
        }
    }
    assert_eq!((formulas, vectors), (27, 107));
}

#[test]
fn wrong_formulas_give_their_known_wrong_tokens_and_never_the_right_one() {
    let file = VectorFile::read();
    let known = &file.credentials;
    let credentials = Credentials::new(&known.id, &known.key, &known.salt).unwrap();
    let right_ones: Vec<&str> = file
        .formulas
        .iter()
        .flat_map(|formula| &formula.vectors)
        .map(|vector| vector.expected.as_str())
        .collect();
    assert_eq!(file.negative_vectors.len(), 6);
    assert_eq!(file.counts.negative_vectors, 6);
    for negative in &file.negative_vectors {
        let token = credentials.sign(&[SignedPart::Field(negative.message.as_bytes())]);
        assert_eq!(token.to_base64(), negative.wrong_token, "{}", negative.name);
        assert!(
            right_ones.contains(&&*negative.right_token),
            "{}",
            negative.name
        );
        assert!(
            !right_ones.contains(&&*negative.wrong_token),
            "{}",
            negative.name
        );
        let right = Signature::from_base64(negative.right_token.as_bytes()).unwrap();
        assert!(!right.matches(&token), "{}", negative.name);
    }
}

/// Why the typed request cannot make a vector: its value is outside the documented contract, or it
/// posts a field that the vector leaves out.
const CARD_BELOW_THE_TYPES: [&str; 2] = [
    "empty_optionals_currency_and_test_mode",
    "ipv6_user_ip_and_TRY_spelling",
];
const EFT_BELOW_THE_TYPES: [&str; 2] = ["empty_test_mode", "utf8_email_hmac_layer_only"];
const STATUS_BELOW_THE_TYPES: [&str; 1] = ["utf8_oid_hmac_layer_only"];

/// Two vectors carry a basket in a spelling that is not ours; its bytes are signed all the same.
const CARD_OTHER_BASKET_SPELLING: [&str; 2] = [
    "typical_tl_ascii_escaped_turkish_basket",
    "minimum_amount_no_installment_eur_live",
];

#[test]
fn the_card_request_makes_every_documented_card_token() {
    let file = VectorFile::read();
    let formula = file.formula("iframe_card_token");
    let by_type = each_documented(formula, &CARD_BELOW_THE_TYPES, |vector| {
        let form = card(vector).form(&file.credentials(vector)).unwrap();
        for name in formula
            .message_order
            .iter()
            .filter(|name| *name != "merchant_salt")
        {
            if name == "merchant_id" || name == "user_basket" {
                continue;
            }
            assert_eq!(form.get(name), Some(vector.field(name)), "{}", vector.name);
        }
        if CARD_OTHER_BASKET_SPELLING.contains(&vector.name.as_str()) {
            assert_ne!(form.get("user_basket"), Some(vector.field("user_basket")));
            return;
        }
        assert_eq!(form.get("user_basket"), Some(vector.field("user_basket")));
        assert_eq!(
            form.get("paytr_token"),
            Some(&*vector.expected),
            "{}",
            vector.name
        );
    });
    assert_eq!(by_type, 5);
}

#[test]
fn the_eft_request_makes_every_documented_eft_token() {
    let file = VectorFile::read();
    let formula = file.formula("iframe_eft_token");
    let by_type = each_documented(formula, &EFT_BELOW_THE_TYPES, |vector| {
        let mut request = IframeEft::new(
            oid(vector.field("merchant_oid")),
            Money::new(
                vector.field("payment_amount").parse().unwrap(),
                Currency::TRY,
            ),
            buyer(vector),
        );
        request.mode = mode(vector);
        let form = request.form(&file.credentials(vector)).unwrap();
        assert_eq!(
            form.get("paytr_token"),
            Some(&*vector.expected),
            "{}",
            vector.name
        );
    });
    assert_eq!(by_type, 3);
}

#[test]
fn the_status_inquiry_makes_every_documented_status_token() {
    let file = VectorFile::read();
    let formula = file.formula("status_inquiry_token");
    let by_type = each_documented(formula, &STATUS_BELOW_THE_TYPES, |vector| {
        let order = oid(vector.field("merchant_oid"));
        let form = StatusInquiry { order }
            .form(&file.credentials(vector))
            .unwrap();
        assert_eq!(
            form.get("paytr_token"),
            Some(&*vector.expected),
            "{}",
            vector.name
        );
    });
    assert_eq!(by_type, 3);
}

#[test]
fn every_payment_notification_vector_is_verified_as_a_body_and_as_fields() {
    let file = VectorFile::read();
    let formula = file.formula("payment_callback_hash");
    let checked = each_documented(formula, &[], |vector| {
        let keyring = Keyring::new(file.credentials(vector));
        let [order, status, total] =
            ["merchant_oid", "status", "total_amount"].map(|name| vector.field(name));
        let signed = SignedFields {
            merchant_oid: order.as_bytes(),
            status: status.as_bytes(),
            total_amount: total.as_bytes(),
            hash: vector.expected.as_bytes(),
        };
        assert!(signed.verify(&keyring).unwrap().is_current());
        let mut body = PaymentNotification::new(order, status, total);
        for (name, value) in &vector.fields {
            if !["merchant_oid", "status", "total_amount"].contains(&name.as_str()) {
                body = body.field(name, value);
            }
        }
        let body = body.field("hash", &vector.expected).to_body();
        let callback = PaymentCallback::verify(&keyring, body.as_bytes()).unwrap();
        assert_eq!(callback.merchant_oid(), order);
        assert_eq!(callback.total_amount().to_string(), total);
        for (name, value) in &vector.fields {
            assert_eq!(callback.unsigned().get(name).as_deref(), Some(&**value));
        }
    });
    assert_eq!(checked, 7);
}

/// Runs `check` on all vectors but the named ones, which must exist. Returns on how many.
pub(crate) fn each_documented(
    formula: &Formula,
    except: &[&str],
    mut check: impl FnMut(&Vector),
) -> usize {
    let (left_out, taken): (Vec<_>, Vec<_>) = formula
        .vectors
        .iter()
        .partition(|vector| except.contains(&vector.name.as_str()));
    assert_eq!(left_out.len(), except.len(), "{}", formula.id);
    for vector in &taken {
        check(vector);
    }
    taken.len()
}

pub(crate) fn buyer(vector: &Vector) -> Buyer {
    let ip = vector.field("user_ip").parse().unwrap();
    Buyer::new(
        ip,
        vector.field("email"),
        "Ayşe Yılmaz",
        "İzmir",
        "05001112233",
    )
}

pub(crate) fn mode(vector: &Vector) -> Mode {
    match vector.field("test_mode") {
        "0" => Mode::Live,
        "1" => Mode::Test,
        other => panic!("{other:?} is not a mode"),
    }
}

fn card(vector: &Vector) -> IframeCard {
    let currency: Currency = match vector.field("currency") {
        "TL" => Currency::TRY,
        iso => iso.parse().unwrap(),
    };
    let amount = Money::new(vector.field("payment_amount").parse().unwrap(), currency);
    let mut request = IframeCard::new(
        oid(vector.field("merchant_oid")),
        basket(vector.field("user_basket"), currency),
        buyer(vector),
        "https://shop.example/ok",
        "https://shop.example/fail",
    );
    request.amount = amount;
    request.mode = mode(vector);
    let choice = (
        vector.field("no_installment"),
        vector.field("max_installment"),
    );
    request.installments = match choice {
        ("1", _) => Installments::None,
        ("0", "0") => Installments::Any,
        (_, most) => Installments::UpTo(most.parse().unwrap()),
    };
    request
}

/// The rows behind a `user_basket`, whatever its spelling.
fn basket(base64: &str, currency: Currency) -> Basket {
    use base64::Engine as _;
    let json = base64::engine::general_purpose::STANDARD
        .decode(base64)
        .unwrap();
    let rows: Vec<(String, String, u32)> = serde_json::from_slice(&json).unwrap();
    let start = Basket::new(currency);
    rows.into_iter()
        .fold(start, |basket, (name, price, quantity)| {
            let price = paytr_core::amount::parse_major(&price).unwrap();
            basket
                .item(name, u64::try_from(price).unwrap(), quantity)
                .unwrap()
        })
}
