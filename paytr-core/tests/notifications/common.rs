//! Credentials, one good body of each kind, and all verifiers at once.

use paytr_core::api::EftBank;
use paytr_core::callback::{CallbackError, LinkCallback, PersonalData};
use paytr_core::testing::{
    CashoutNotification, EftNotification, LinkNotification, TransferNotification,
};
use paytr_core::{CashoutResult, Credentials, EftNotice, IdForm, Keyring, TransferResult};

pub(crate) const KEY: &str = "aB3dE6gH9jK2mN5p";
pub(crate) const SALT: &str = "qR8sT1uV4wX7yZ0a";

pub(crate) fn credentials() -> Credentials {
    Credentials::new("123456", KEY, SALT).unwrap()
}

pub(crate) fn keyring() -> Keyring {
    Keyring::new(credentials())
}

/// The form of an id as a shop with such ids would have it.
pub(crate) fn form_of(id: &str) -> IdForm {
    IdForm::existing("", id.len()).unwrap()
}

/// The verdicts of link, EFT, transfer and cashout. Links are `L` and three characters.
pub(crate) fn verdicts(body: &str) -> [Result<(), CallbackError>; 4] {
    let (keys, body) = (keyring(), body.as_bytes());
    [
        LinkCallback::verify(&keys, &IdForm::existing("L", 4).unwrap(), body).map(|_| ()),
        EftNotice::verify(&keys, PersonalData::Drop, body).map(|_| ()),
        TransferResult::verify(&keys, body).map(|_| ()),
        CashoutResult::verify(&keys, body).map(|_| ()),
    ]
}

/// One good body of each kind.
pub(crate) fn good() -> [String; 4] {
    [
        LinkNotification::success("L123", "PAYTR1", 1_000)
            .sign(&credentials())
            .to_body(),
        EftNotification::new("EFT0001", EftBank::Ptt)
            .sign(&credentials())
            .to_body(),
        TransferNotification::new(["TR0001", "TR0002"])
            .sign(&credentials())
            .to_body(),
        CashoutNotification::of_trans_id("CO0001")
            .sign(&credentials())
            .to_body(),
    ]
}
