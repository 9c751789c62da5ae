use super::mount_texts::texts;
use super::{CallbackError, CashoutResult, EftNotice, MountTexts, NotificationKind};
use super::{PersonalData, PlatformResult, TransferResult};
use crate::{KeyIndex, Keyring};

/// A notification that settles nothing: [`EftNotice`], [`TransferResult`], [`CashoutResult`] and
/// [`PlatformResult`].
///
/// A [`NoticeGate`](crate::NoticeGate) hands it over at least once and touches no store. Only the kinds
/// of this crate are notices.
pub trait Notice: sealed::Sealed + Clone + Send + Sync + 'static {
    /// What can be chosen about reading this kind.
    type Settings: Clone + Copy + Default + std::fmt::Debug + Send + Sync + 'static;

    /// `eft`, `transfer`, `cashout`, or `platform` for either of the last two.
    const NAME: &'static str;

    /// What to say when its mount point was not put together.
    const TEXTS: MountTexts;

    /// Checks grammar and hash of a notification body.
    ///
    /// # Errors
    ///
    /// [`CallbackError`]; the body is then not to be believed in any part.
    fn read(
        keyring: &Keyring,
        settings: Self::Settings,
        body: &[u8],
    ) -> Result<Self, CallbackError>;

    /// Which kind it is.
    fn kind(&self) -> NotificationKind;

    /// The one id that it is about, if there is one: `merchant_oid` or `trans_id`.
    fn subject(&self) -> Option<&str>;

    /// Which key of the keyring signed it.
    fn key_index(&self) -> KeyIndex;

    /// The body without what was dropped, if something may have been.
    fn redacted_body(&self) -> Option<&[u8]> {
        None
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::EftNotice {}
    impl Sealed for super::TransferResult {}
    impl Sealed for super::CashoutResult {}
    impl Sealed for super::PlatformResult {}
}

impl Notice for EftNotice {
    type Settings = PersonalData;

    const NAME: &'static str = "eft";

    const TEXTS: MountTexts = texts!(
        "Notification<EftNotice>",
        "an EftNoticeGate",
        "EftNoticeLayer",
        "/paytr/eft"
    );

    fn read(keyring: &Keyring, settings: PersonalData, body: &[u8]) -> Result<Self, CallbackError> {
        Self::verify(keyring, settings, body)
    }

    fn kind(&self) -> NotificationKind {
        NotificationKind::Eft
    }

    fn subject(&self) -> Option<&str> {
        Some(self.merchant_oid())
    }

    fn key_index(&self) -> KeyIndex {
        self.key_index()
    }

    fn redacted_body(&self) -> Option<&[u8]> {
        Some(self.body())
    }
}

impl Notice for TransferResult {
    type Settings = ();

    const NAME: &'static str = "transfer";

    const TEXTS: MountTexts = texts!(
        "Notification<TransferResult>",
        "a TransferResultGate",
        "TransferResultLayer",
        "/paytr/transfers"
    );

    fn read(keyring: &Keyring, (): (), body: &[u8]) -> Result<Self, CallbackError> {
        Self::verify(keyring, body)
    }

    fn kind(&self) -> NotificationKind {
        NotificationKind::Transfer
    }

    fn subject(&self) -> Option<&str> {
        None
    }

    fn key_index(&self) -> KeyIndex {
        self.key_index()
    }
}

impl Notice for CashoutResult {
    type Settings = ();

    const NAME: &'static str = "cashout";

    const TEXTS: MountTexts = texts!(
        "Notification<CashoutResult>",
        "a CashoutResultGate",
        "CashoutResultLayer",
        "/paytr/cashouts"
    );

    fn read(keyring: &Keyring, (): (), body: &[u8]) -> Result<Self, CallbackError> {
        Self::verify(keyring, body)
    }

    fn kind(&self) -> NotificationKind {
        NotificationKind::Cashout
    }

    fn subject(&self) -> Option<&str> {
        Some(self.trans_id())
    }

    fn key_index(&self) -> KeyIndex {
        self.key_index()
    }
}

impl Notice for PlatformResult {
    type Settings = ();

    const NAME: &'static str = "platform";

    const TEXTS: MountTexts = texts!(
        "Notification<PlatformResult>",
        "a PlatformResultGate",
        "PlatformResultLayer",
        "/paytr/platform"
    );

    fn read(keyring: &Keyring, (): (), body: &[u8]) -> Result<Self, CallbackError> {
        Self::verify(keyring, body)
    }

    fn kind(&self) -> NotificationKind {
        match self {
            Self::Transfer(result) => result.kind(),
            Self::Cashout(result) => result.kind(),
        }
    }

    fn subject(&self) -> Option<&str> {
        match self {
            Self::Transfer(result) => result.subject(),
            Self::Cashout(result) => result.subject(),
        }
    }

    fn key_index(&self) -> KeyIndex {
        match self {
            Self::Transfer(result) => result.key_index(),
            Self::Cashout(result) => result.key_index(),
        }
    }
}
