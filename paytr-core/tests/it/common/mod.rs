//! What several subjects need: the vectors, credentials, a small server.

pub(crate) mod payments;
pub(crate) mod refunds;
pub(crate) mod server;
pub(crate) mod shop;
pub(crate) mod vector_file;

use paytr_core::api::Form;
use paytr_core::api::{Buyer, IframeCard};
use paytr_core::credentials::{Signature, SignedPart};
use paytr_core::{Basket, Credentials, Currency, Keyring, MerchantOid};
use proptest::prop_assert;
use proptest::test_runner::TestCaseError;

pub(crate) const KEY: &str = "aB3dE6gH9jK2mN5p";
pub(crate) const SALT: &str = "qR8sT1uV4wX7yZ0a";

pub(crate) fn credentials() -> Credentials {
    Credentials::new("123456", KEY, SALT).unwrap()
}

pub(crate) fn keyring() -> Keyring {
    Keyring::new(credentials())
}

pub(crate) fn oid(id: &str) -> MerchantOid {
    MerchantOid::new(id).unwrap()
}

pub(crate) fn buyer() -> Buyer {
    let ip = "88.255.10.20".parse().unwrap();
    Buyer::new(
        ip,
        "musteri@example.com",
        "Ayşe Yılmaz",
        "Atatürk Cad. 1, İzmir",
        "05001112233",
    )
}

/// A card request for 34.56 lira.
pub(crate) fn card_request(id: &str) -> IframeCard {
    let basket = Basket::new(Currency::TRY)
        .item("Örnek Ürün 1", 1_800, 1)
        .and_then(|basket| basket.item("Şişe & Çanta", 1_656, 1))
        .unwrap();
    IframeCard::new(
        oid(id),
        basket,
        buyer(),
        "https://shop.example/ok",
        "https://shop.example/fail",
    )
}

/// The pairs of a urlencoded text, decoded by a parser that is not ours.
pub(crate) fn decoded(body: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(body.as_bytes())
        .into_owned()
        .collect()
}

/// Reads the posted bytes with another parser and checks the token over what it finds.
pub(crate) fn assert_token_verifies(form: &Form, order: &[&str]) -> Result<(), TestCaseError> {
    let posted = decoded(&form.to_urlencoded());
    let value = |wanted: &str| {
        let found = posted.iter().find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.as_bytes()).unwrap()
    };
    let mut message: Vec<_> = order
        .iter()
        .map(|name| SignedPart::Field(value(name)))
        .collect();
    message.push(SignedPart::Salt);
    let token = Signature::from_base64(value("paytr_token")).unwrap();
    prop_assert!(credentials().verify(&message, &token));
    Ok(())
}
