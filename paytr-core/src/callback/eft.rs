use std::fmt;

use super::pairs::{KnownFields, decode, pairs, wrong};
use super::{CallbackError, Unsigned};
use crate::api::EftBank;
use crate::credentials::{KeyIndex, SignedPart};
use crate::{Keyring, MerchantOid};

/// The notice that a buyer filled in the form of a bank transfer, whose grammar and hash were checked.
///
/// **Nothing is paid yet**: the payment notification follows when the money has arrived. A notice
/// never changes what a shop holds for paid. PayTR posts it to the panel's "Ara Bildirim URL", if one
/// is set. Source: PayTR, Havale/EFT iFrame API, interim notification.
///
/// The hash covers `merchant_oid` and `bank`. No bank's code ends with another one, so the joined text
/// can be cut at one place only. The salt comes last, as in every request token. A token of the shop's
/// own for a text such as `…ptt` therefore fits: compare the order id with the open orders before you
/// say anything to anybody. Tokens of the Direct API, which a buyer's browser holds, do not fit: their
/// text has an `@` and dots.
///
/// ```
/// use paytr_core::testing::EftNotification;
/// use paytr_core::{Credentials, EftNotice, Keyring};
/// use paytr_core::callback::PersonalData;
/// use paytr_core::api::EftBank;
///
/// let credentials = Credentials::new("123456", "aB3dE6gH9jK2mN5p", "qR8sT1uV4wX7yZ0a")?;
/// let body = EftNotification::new("EFT0001", EftBank::Ptt)
///     .sender("2026-01-05", "Ayşe Yılmaz", "05551112233", "12345")
///     .sign(&credentials)
///     .to_body();
/// let notice = EftNotice::verify(&Keyring::new(credentials), PersonalData::Drop, body.as_bytes())?;
/// assert_eq!((notice.merchant_oid(), notice.bank()), ("EFT0001", EftBank::Ptt));
/// assert_eq!(notice.unsigned().get("payment_sent_date").as_deref(), Some("2026-01-05"));
/// assert_eq!(notice.unsigned().get("user_name"), None);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `status` | `status` | `info` | documented |
/// | `merchant_oid` | `merchant_oid`, signed | 1 to 64 ASCII letters and digits | documented |
/// | `bank` | `bank`, signed | one of ten codes | documented |
/// | `hash` | `hash` | Base64 of 32 bytes | documented |
/// | `payment_sent_date` | `payment_sent_date` | what the buyer says | documented |
/// | `user_name` | `user_name`, `user_phone`, `tc_no_last5` | what the buyer typed | documented |
///
/// Source, as published in August 2026:
/// <https://dev.paytr.com/havale-eft-iframe-api/havale-eft-iframe-api-2-adim>.
#[derive(Clone)]
pub struct EftNotice {
    body: Box<[u8]>,
    merchant_oid: MerchantOid,
    bank: EftBank,
    key_index: KeyIndex,
}

/// What to do with the name, the phone number and the digits of the national id in an
/// [`EftNotice`], and with fields that are not documented.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PersonalData {
    /// They are dropped before anything else sees them. The setting of those who do not need them.
    #[default]
    Drop,
    /// They stay reachable through [`EftNotice::unsigned`], under their names `user_name`,
    /// `user_phone` and `tc_no_last5`.
    Keep,
}

const NAMES: [&str; 4] = ["status", "merchant_oid", "bank", "hash"];

/// The fields that the hash covers, and those that have one value only.
const SIGNED: [&str; 4] = ["status", "merchant_oid", "bank", "hash"];

const DATE: &str = "payment_sent_date";

impl EftNotice {
    /// Checks the grammar of a notification body, then its hash against all keys.
    ///
    /// # Errors
    ///
    /// [`CallbackError`]; the body is then not to be believed in any part.
    pub fn verify(
        keyring: &Keyring,
        personal_data: PersonalData,
        body: &[u8],
    ) -> Result<Self, CallbackError> {
        let fields = KnownFields::split(body, NAMES, None)?;
        if fields.required("status")? != b"info" {
            return Err(wrong("status").into());
        }
        let raw_oid = fields.required("merchant_oid")?;
        if !MerchantOid::fits(raw_oid) {
            return Err(wrong("merchant_oid").into());
        }
        let raw_bank = fields.required("bank")?;
        let bank = std::str::from_utf8(raw_bank).ok();
        let bank = bank.and_then(EftBank::from_code).ok_or(wrong("bank"))?;
        let signature = fields.signature()?;
        let message = [
            SignedPart::Field(raw_oid),
            SignedPart::Field(raw_bank),
            SignedPart::Salt,
        ];
        let key_index = keyring.verify(&message, &signature);
        let merchant_oid = MerchantOid::of_fitting(raw_oid);
        Ok(Self {
            key_index: key_index.ok_or(CallbackError::BadHash)?,
            merchant_oid: merchant_oid.map_err(|_| wrong("merchant_oid"))?,
            bank,
            body: match personal_data {
                PersonalData::Keep => body.into(),
                PersonalData::Drop => without_persons(body),
            },
        })
    }

    /// The order id. Signed.
    #[must_use]
    pub fn merchant_oid(&self) -> &str {
        self.merchant_oid.as_str()
    }

    /// The bank that the buyer says to pay at. Signed.
    #[must_use]
    pub fn bank(&self) -> EftBank {
        self.bank
    }

    /// Which key of the keyring signed it.
    #[must_use]
    pub fn key_index(&self) -> KeyIndex {
        self.key_index
    }

    /// The fields that are not signed, as far as they were kept: what the buyer typed.
    #[must_use]
    pub fn unsigned(&self) -> Unsigned<'_> {
        Unsigned::new(&self.body, &SIGNED)
    }

    /// The date that the buyer typed, if it is one: the same whether the rest was kept or not.
    pub(crate) fn sent_date(&self) -> Option<String> {
        let date = self.unsigned().get(DATE);
        date.filter(|date| is_date(date.as_bytes())).map(Into::into)
    }

    /// The body as far as it was kept.
    pub(crate) fn body(&self) -> &[u8] {
        &self.body
    }
}

/// The pairs of a body that say nothing about a person.
fn without_persons(body: &[u8]) -> Box<[u8]> {
    let kept = pairs(body).filter(|(name, value)| {
        let is_signed = SIGNED.iter().any(|signed| signed.as_bytes() == *name);
        is_signed || (*name == DATE.as_bytes() && is_date(&decode(value)))
    });
    let kept: Vec<Vec<u8>> = kept
        .map(|(name, value)| [name, b"=", value].concat())
        .collect();
    kept.join(&b'&').into()
}

/// The date is what the buyer typed: text that is none might be anything.
fn is_date(text: &[u8]) -> bool {
    let is_part = |byte: &u8| byte.is_ascii_digit() || b"-.:/ ".contains(byte);
    text.len() <= 19 && text.iter().all(is_part)
}

impl fmt::Debug for EftNotice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EftNotice")
            .field("merchant_oid", &self.merchant_oid)
            .field("bank", &self.bank)
            .field("key_index", &self.key_index)
            .finish_non_exhaustive()
    }
}
