use std::fmt;

use paid_once::Payment;

use super::mount_texts::texts;
use super::{CallbackError, LinkCallback, MountTexts, NotificationKind, UnreadableField};
use super::{PaymentCallback, Unsigned};
use crate::{IdForm, KeyIndex, Keyring, Links, MerchantId};

/// A notification that says that money moved: [`PaymentCallback`] and [`LinkCallback`].
///
/// A [`CallbackGate`](crate::CallbackGate) compares it with the shop's records, claims it and settles
/// it. Only the kinds of this crate are payment messages.
pub trait PaymentMessage: sealed::Sealed + Clone + fmt::Debug + Send + Sync + 'static {
    /// What the gate needs beside the keyring to read this kind.
    type Settings: Clone + fmt::Debug + Send + Sync + 'static;

    /// Which kind it is.
    const KIND: NotificationKind;

    /// What to say when its mount point was not put together.
    const TEXTS: MountTexts;

    /// Checks grammar and hash of a notification body.
    ///
    /// # Errors
    ///
    /// [`CallbackError`]; the body is then not to be believed in any part.
    fn read(
        keyring: &Keyring,
        settings: &Self::Settings,
        body: &[u8],
    ) -> Result<Self, CallbackError>;

    /// What it claims, for the gate.
    fn payment(&self, merchant: &MerchantId) -> Payment;

    /// The unsigned field that decides something and cannot be read.
    fn unreadable(&self) -> Option<UnreadableField>;

    /// What it claims as far as it can be read, for the record of a review.
    fn reviewed_payment(&self, merchant: &MerchantId) -> Payment;

    /// PayTR's id of the payment; of a [`PaymentCallback`] it is the shop's order id.
    fn merchant_oid(&self) -> &str;

    /// Which key of the keyring signed it.
    fn key_index(&self) -> KeyIndex;

    /// The fields that are not signed.
    fn unsigned(&self) -> Unsigned<'_>;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::PaymentCallback {}
    impl Sealed for super::LinkCallback {}
}

impl PaymentMessage for PaymentCallback {
    type Settings = ();

    const KIND: NotificationKind = NotificationKind::Payment;

    const TEXTS: MountTexts = texts!(
        "VerifiedCallback",
        "a CallbackGate",
        "PaytrCallbackLayer",
        "/paytr/callback"
    );

    fn read(keyring: &Keyring, (): &(), body: &[u8]) -> Result<Self, CallbackError> {
        Self::verify(keyring, body)
    }

    fn payment(&self, merchant: &MerchantId) -> Payment {
        self.payment(merchant)
    }

    fn unreadable(&self) -> Option<UnreadableField> {
        self.unreadable()
    }

    fn reviewed_payment(&self, merchant: &MerchantId) -> Payment {
        self.reviewed_payment(merchant)
    }

    fn merchant_oid(&self) -> &str {
        self.merchant_oid()
    }

    fn key_index(&self) -> KeyIndex {
        self.key_index()
    }

    fn unsigned(&self) -> Unsigned<'_> {
        self.unsigned()
    }
}

impl PaymentMessage for LinkCallback {
    type Settings = Links;

    const KIND: NotificationKind = NotificationKind::Link;

    const TEXTS: MountTexts = texts!(
        "Notification<LinkPayment>",
        "a LinkGate",
        "LinkCallbackLayer",
        "/paytr/link"
    );

    fn read(keyring: &Keyring, links: &Links, body: &[u8]) -> Result<Self, CallbackError> {
        let form: &IdForm = links.form();
        Self::verify(keyring, form, body)
    }

    fn payment(&self, merchant: &MerchantId) -> Payment {
        self.payment(merchant)
    }

    fn unreadable(&self) -> Option<UnreadableField> {
        self.unreadable()
    }

    fn reviewed_payment(&self, merchant: &MerchantId) -> Payment {
        self.reviewed_payment(merchant)
    }

    fn merchant_oid(&self) -> &str {
        self.merchant_oid()
    }

    fn key_index(&self) -> KeyIndex {
        self.key_index()
    }

    fn unsigned(&self) -> Unsigned<'_> {
        self.unsigned()
    }
}
