//! Rules that hold for any values.

use paytr_core::PaymentCallback;
use paytr_core::api::{Endpoint, IframeEft, StatusInquiry};
use paytr_core::callback::{CallbackError, SignedFields};
use paytr_core::credentials::{Signature, SignedPart};
use paytr_core::testing::PaymentNotification;
use proptest::prelude::*;

use crate::common::shop::lira;
use crate::common::{assert_token_verifies, buyer, card_request, credentials, keyring, oid};

/// Names that are read here, which an arbitrary unsigned field must not have.
const READ: [&str; 8] = [
    "merchant_oid",
    "status",
    "total_amount",
    "hash",
    "currency",
    "payment_amount",
    "test_mode",
    "callback_id",
];

fn order_ids() -> impl Strategy<Value = String> {
    "[A-Za-z0-9]{1,64}"
}

fn statuses() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just("success"), Just("failed")]
}

/// Unsigned fields of any text, each name once.
fn unsigned_fields() -> impl Strategy<Value = Vec<(String, String)>> {
    prop::collection::btree_map("\\PC{1,20}", "\\PC{0,40}", 0..12).prop_map(|fields| {
        let others = |(name, _): &(String, String)| !READ.contains(&name.as_str());
        fields.into_iter().filter(others).collect()
    })
}

fn signed_body(oid: &str, status: &str, total: u64, unsigned: &[(String, String)]) -> String {
    let start = PaymentNotification::new(oid, status, total.to_string());
    let with_fields = unsigned
        .iter()
        .fold(start, |body, (name, value)| body.field(name, value));
    with_fields.sign(&credentials()).to_body()
}

/// What a body says in the fields that are signed, or that it says nothing.
fn meaning(body: &[u8]) -> Option<(String, String, u64)> {
    let callback = PaymentCallback::verify(&keyring(), body).ok()?;
    let status = format!("{:?}", callback.status());
    Some((
        callback.merchant_oid().to_owned(),
        status,
        callback.total_amount(),
    ))
}

proptest! {
    #[test]
    fn what_is_signed_is_verified_whatever_else_is_in_the_body(
        id in order_ids(),
        status in statuses(),
        total in any::<u64>(),
        unsigned in unsigned_fields(),
    ) {
        let body = signed_body(&id, status, total, &unsigned);
        let callback = PaymentCallback::verify(&keyring(), body.as_bytes()).unwrap();
        prop_assert_eq!(callback.merchant_oid(), &*id);
        prop_assert_eq!(callback.total_amount(), total);
        prop_assert_eq!(format!("{:?}", callback.status()).to_lowercase(), status);
        let read: Vec<_> = callback
            .unsigned()
            .iter()
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        prop_assert_eq!(read, unsigned);
    }

    #[test]
    fn fields_and_body_get_the_same_verdict(
        id in "[A-Za-z0-9_]{0,66}",
        status in "success|failed|Success|",
        total in "[0-9]{0,21}|-1|1\\.0",
        hash_of in any::<bool>(),
    ) {
        let right = credentials().sign(&[
            SignedPart::Field(id.as_bytes()),
            SignedPart::Salt,
            SignedPart::Field(status.as_bytes()),
            SignedPart::Field(total.as_bytes()),
        ]);
        let hash = if hash_of { right.to_base64() } else { "A".repeat(43) + "=" };
        let fields = SignedFields {
            merchant_oid: id.as_bytes(),
            status: status.as_bytes(),
            total_amount: total.as_bytes(),
            hash: hash.as_bytes(),
        };
        let body = PaymentNotification::new(&*id, &*status, &*total).field("hash", hash.as_str());
        let by_body = PaymentCallback::verify(&keyring(), body.to_body().as_bytes());
        let by_body = by_body.map(|callback| callback.key_index());
        prop_assert_eq!(fields.verify(&keyring()), by_body);
    }

    #[test]
    fn a_changed_byte_of_a_signed_pair_is_refused_or_means_the_same(
        id in order_ids(),
        status in statuses(),
        total in any::<u64>(),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut body = signed_body(&id, status, total, &[]).into_bytes();
        let before = meaning(&body);
        prop_assert!(before.is_some());
        let at = at.index(body.len());
        body[at] = byte;
        let after = meaning(&body);
        prop_assert!(after.is_none() || after == before, "{:?}", String::from_utf8_lossy(&body));
    }

    #[test]
    fn a_cut_or_lengthened_body_is_refused_or_means_the_same(
        id in order_ids(),
        cut in any::<prop::sample::Index>(),
        added in "[&=%+a-z0-9]{0,12}",
    ) {
        let body = signed_body(&id, "success", 1_000, &[]);
        let before = meaning(body.as_bytes());
        let cut = cut.index(body.len());
        prop_assert_eq!(meaning(&body.as_bytes()[..cut]), None);
        for changed in [format!("{body}{added}"), format!("{added}{body}")] {
            let after = meaning(changed.as_bytes());
            prop_assert!(after.is_none() || after == before, "{}", changed);
        }
    }

    #[test]
    fn no_bytes_make_verification_panic(body in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(PaymentCallback::verify(&keyring(), &body).is_err());
    }

    #[test]
    fn no_text_of_form_pieces_makes_verification_panic(
        pieces in prop::collection::vec(
            prop::sample::select(vec![
                "merchant_oid", "status", "total_amount", "hash", "=", "&", "%", "+", "success",
                "%3D", "%5F", "1", "A", "%zz", "\u{feff}", "callback_id",
                "4B%2Fw%2BFYL%2BR%2FkQtmTzJpW0BVLqpItTNufqOyiYQf240E%3D",
            ]),
            0..40,
        ),
    ) {
        let body = pieces.concat();
        let _verdict: Result<_, CallbackError> = PaymentCallback::verify(&keyring(), body.as_bytes());
    }

    #[test]
    fn no_bytes_make_the_unsigned_fields_panic(
        tail in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let mut body = signed_body("A1", "failed", 0, &[]).into_bytes();
        body.push(b'&');
        body.extend(tail);
        if let Ok(callback) = PaymentCallback::verify(&keyring(), &body) {
            let unsigned = callback.unsigned();
            prop_assert!(unsigned.iter().count() <= 200);
            let _reason = (unsigned.failed_reason_code(), unsigned.installment_count());
        }
    }

    #[test]
    fn only_its_own_spelling_of_a_signature_is_read(bytes in any::<[u8; 32]>(), text in "\\PC{0,50}") {
        use base64::Engine as _;
        let spelled = base64::engine::general_purpose::STANDARD.encode(bytes);
        prop_assert_eq!(Signature::from_base64(spelled.as_bytes()).unwrap().to_base64(), spelled);
        if let Ok(read) = Signature::from_base64(text.as_bytes()) {
            prop_assert_eq!(read.to_base64(), text);
        }
    }

    #[test]
    fn the_token_of_a_card_request_is_the_one_of_the_posted_bytes(
        id in order_ids(),
        email in "[!-?A-~]{1,40}@[a-z]{1,20}\\.[a-z]{2,5}",
        item in "\\PC{1,40}",
        price in 100_u64..100_000_000,
        quantity in 1_u32..100,
    ) {
        let mut request = card_request(&id);
        let basket = paytr_core::Basket::new(paytr_core::Currency::EUR);
        let Ok(basket) = basket.item(item, price, quantity) else {
            return Ok(());
        };
        request.amount = basket.total();
        request.basket = basket;
        request.buyer.email = email.replace('@', "") + "@example.com";
        let form = request.form(&credentials()).unwrap();
        assert_token_verifies(&form, &[
            "merchant_id", "user_ip", "merchant_oid", "email", "payment_amount", "user_basket",
            "no_installment", "max_installment", "currency", "test_mode",
        ])?;
    }

    #[test]
    fn the_token_of_a_transfer_or_an_inquiry_is_the_one_of_the_posted_bytes(
        id in order_ids(),
        amount in 100_u64..100_000_000_000,
    ) {
        let eft = IframeEft::new(oid(&id), lira(amount), buyer()).form(&credentials()).unwrap();
        assert_token_verifies(&eft, &[
            "merchant_id", "user_ip", "merchant_oid", "email", "payment_amount", "payment_type",
            "test_mode",
        ])?;
        let order = oid(&id);
        let status = StatusInquiry { order }.form(&credentials()).unwrap();
        assert_token_verifies(&status, &["merchant_id", "merchant_oid"])?;
    }
}
