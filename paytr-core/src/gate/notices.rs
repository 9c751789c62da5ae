//! The kinds of notification that settle no payment.

use paid_once::{Decision, HandlerTasks};

use super::admitted::Right;
use super::kind::{Kind, sealed::Sealed};
use super::once::NoticeSettings;
use crate::callback::{CallbackError, MountTexts, NotificationKind, texts};
use crate::credentials::MerchantId;
use crate::{CashoutResult, EftNotice, Keyring, PlatformResult, TransferResult};

impl Sealed for EftNotice {}
impl Sealed for TransferResult {}
impl Sealed for CashoutResult {}
impl Sealed for PlatformResult {}

impl Kind for EftNotice {
    type Message = Self;
    type Settings = NoticeSettings;
    type Backing = HandlerTasks;

    const NAME: &'static str = NotificationKind::Eft.as_str();
    const TEXTS: MountTexts = texts!(
        "Notification<EftNotice>",
        "an EftNoticeGate",
        "EftNoticeLayer",
        "/paytr/eft"
    );

    fn read(
        keyring: &Keyring,
        settings: &NoticeSettings,
        body: &[u8],
    ) -> Result<Self, CallbackError> {
        Self::verify(keyring, settings.personal_data, body)
    }

    fn kind(_: &Self) -> NotificationKind {
        NotificationKind::Eft
    }

    fn span(notice: &Self) -> tracing::Span {
        let subject = Some(notice.merchant_oid());
        notice_span(Self::NAME, subject, notice.key_index().get())
    }

    fn redacted_body(&self) -> Option<&[u8]> {
        Some(self.body())
    }

    async fn admit(
        tasks: &HandlerTasks,
        settings: &NoticeSettings,
        merchant: &MerchantId,
        notice: Self,
    ) -> Result<(Self, Right), Decision> {
        let right = settings.admit(tasks, merchant, &notice).await?;
        Ok((notice, right))
    }
}

impl Kind for TransferResult {
    type Message = Self;
    type Settings = NoticeSettings;
    type Backing = HandlerTasks;

    const NAME: &'static str = NotificationKind::Transfer.as_str();
    const TEXTS: MountTexts = texts!(
        "Notification<TransferResult>",
        "a TransferResultGate",
        "TransferResultLayer",
        "/paytr/transfers"
    );

    fn read(keyring: &Keyring, _: &NoticeSettings, body: &[u8]) -> Result<Self, CallbackError> {
        Self::verify(keyring, body)
    }

    fn kind(_: &Self) -> NotificationKind {
        NotificationKind::Transfer
    }

    fn span(result: &Self) -> tracing::Span {
        notice_span(Self::NAME, None, result.key_index().get())
    }

    async fn admit(
        tasks: &HandlerTasks,
        settings: &NoticeSettings,
        merchant: &MerchantId,
        result: Self,
    ) -> Result<(Self, Right), Decision> {
        let right = settings.admit(tasks, merchant, &result).await?;
        Ok((result, right))
    }
}

impl Kind for CashoutResult {
    type Message = Self;
    type Settings = NoticeSettings;
    type Backing = HandlerTasks;

    const NAME: &'static str = NotificationKind::Cashout.as_str();
    const TEXTS: MountTexts = texts!(
        "Notification<CashoutResult>",
        "a CashoutResultGate",
        "CashoutResultLayer",
        "/paytr/cashouts"
    );

    fn read(keyring: &Keyring, _: &NoticeSettings, body: &[u8]) -> Result<Self, CallbackError> {
        Self::verify(keyring, body)
    }

    fn kind(_: &Self) -> NotificationKind {
        NotificationKind::Cashout
    }

    fn span(result: &Self) -> tracing::Span {
        notice_span(
            Self::NAME,
            Some(result.trans_id()),
            result.key_index().get(),
        )
    }

    async fn admit(
        tasks: &HandlerTasks,
        settings: &NoticeSettings,
        merchant: &MerchantId,
        result: Self,
    ) -> Result<(Self, Right), Decision> {
        let right = settings.admit(tasks, merchant, &result).await?;
        Ok((result, right))
    }
}

impl Kind for PlatformResult {
    type Message = Self;
    type Settings = NoticeSettings;
    type Backing = HandlerTasks;

    const NAME: &'static str = "platform";
    const TEXTS: MountTexts = texts!(
        "Notification<PlatformResult>",
        "a PlatformResultGate",
        "PlatformResultLayer",
        "/paytr/platform"
    );

    fn read(keyring: &Keyring, _: &NoticeSettings, body: &[u8]) -> Result<Self, CallbackError> {
        Self::verify(keyring, body)
    }

    fn kind(result: &Self) -> NotificationKind {
        match result {
            Self::Transfer(_) => NotificationKind::Transfer,
            Self::Cashout(_) => NotificationKind::Cashout,
        }
    }

    fn span(result: &Self) -> tracing::Span {
        match result {
            Self::Transfer(result) => TransferResult::span(result),
            Self::Cashout(result) => CashoutResult::span(result),
        }
    }

    async fn admit(
        tasks: &HandlerTasks,
        settings: &NoticeSettings,
        merchant: &MerchantId,
        result: Self,
    ) -> Result<(Self, Right), Decision> {
        let right = settings.admit(tasks, merchant, &result).await?;
        Ok((result, right))
    }
}

fn notice_span(name: &'static str, subject: Option<&str>, key_index: u32) -> tracing::Span {
    tracing::info_span!(
        "paytr_notice",
        kind = name,
        subject,
        key_index,
        attempt = tracing::field::Empty,
        disposition = tracing::field::Empty,
    )
}
