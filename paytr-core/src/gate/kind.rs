//! What a kind of notification is, and the two that are settled.

use std::fmt;
use std::future::Future;

use paid_once::{Admission, ClaimedPayment, Decision, Gate, HandlerTasks, Payment};

use super::admitted::Right;
use super::verified::Source;
use super::{LinkPayment, Links, VerifiedPayment};
use crate::callback::{
    CallbackError, LinkCallback, MountTexts, NotificationKind, UnreadableField, texts,
};
use crate::credentials::MerchantId;
use crate::{Keyring, PaymentCallback};

/// A kind of notification, named by what its handler gets.
///
/// | kind | handed over |
/// |---|---|
/// | [`VerifiedPayment`], [`LinkPayment`] | once: compared with the shop's records, claimed and settled by a [`Gate`] |
/// | [`EftNotice`](crate::EftNotice), [`TransferResult`](crate::TransferResult), [`CashoutResult`](crate::CashoutResult), [`PlatformResult`](crate::PlatformResult) | at least once: there is nothing to settle. With a [store](super::NotificationGate::once) once |
///
/// Each has a [`NotificationGate`](super::NotificationGate) of its own, so that a path takes exactly one
/// kind. Only the kinds of this crate are kinds.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not what a handler of PayTR's notifications gets",
    note = "use `VerifiedPayment`, `LinkPayment`, `EftNotice`, `TransferResult`, `CashoutResult` or `PlatformResult`"
)]
pub trait Kind: sealed::Sealed + Clone + Send + Sync + 'static {
    /// A body whose grammar and hash were checked.
    type Message: Clone + Send + Sync + 'static;
    /// What reading and admitting a body need beside the keyring.
    type Settings: Clone + fmt::Debug + Send + Sync + 'static;
    /// What stands behind its gate: a [`Gate`] settles, [`HandlerTasks`] run handlers and no more.
    type Backing: AsRef<HandlerTasks> + Clone + fmt::Debug + Send + Sync + 'static;

    /// `payment`, `link`, `eft`, `transfer`, `cashout`, or `platform` for either of the last two.
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
        settings: &Self::Settings,
        body: &[u8],
    ) -> Result<Self::Message, CallbackError>;

    /// Which kind the message is.
    fn kind(message: &Self::Message) -> NotificationKind;

    /// The span of its way through the gate, with its one id if it has one.
    fn span(message: &Self::Message) -> tracing::Span;

    /// The body to hand on instead of the one that came, if something had to be dropped from it.
    fn redacted_body(&self) -> Option<&[u8]> {
        None
    }

    /// Everything between the hash and the handler.
    ///
    /// # Errors
    ///
    /// The [`Decision`] when there is nothing to handle.
    #[doc(hidden)]
    fn admit(
        backing: &Self::Backing,
        settings: &Self::Settings,
        merchant: &MerchantId,
        message: Self::Message,
    ) -> impl Future<Output = Result<(Self, Right), Decision>> + Send;
}

impl Kind for VerifiedPayment {
    type Message = PaymentCallback;
    type Settings = ();
    type Backing = Gate;

    const NAME: &'static str = NotificationKind::Payment.as_str();
    const TEXTS: MountTexts = texts!(
        "VerifiedCallback",
        "a CallbackGate",
        "PaytrCallbackLayer",
        "/paytr/callback"
    );

    fn read(keyring: &Keyring, (): &(), body: &[u8]) -> Result<PaymentCallback, CallbackError> {
        PaymentCallback::verify(keyring, body)
    }

    fn kind(_: &PaymentCallback) -> NotificationKind {
        NotificationKind::Payment
    }

    fn span(callback: &PaymentCallback) -> tracing::Span {
        payment_span(
            Self::NAME,
            || callback.merchant_oid(),
            callback.key_index().get(),
        )
    }

    fn admit(
        gate: &Gate,
        (): &(),
        merchant: &MerchantId,
        callback: PaymentCallback,
    ) -> impl Future<Output = Result<(Self, Right), Decision>> + Send {
        async move {
            let payment = callback.payment_as_read(merchant);
            let right = claim(gate, payment, callback.unreadable()).await?;
            let payment = Self::new(Source::Payment(callback), right.delivery().clone());
            Ok((payment, Right::Claimed(right)))
        }
    }
}

impl Kind for LinkPayment {
    type Message = LinkCallback;
    type Settings = Links;
    type Backing = Gate;

    const NAME: &'static str = NotificationKind::Link.as_str();
    const TEXTS: MountTexts = texts!(
        "Notification<LinkPayment>",
        "a LinkGate",
        "LinkCallbackLayer",
        "/paytr/link"
    );

    fn read(keyring: &Keyring, links: &Links, body: &[u8]) -> Result<LinkCallback, CallbackError> {
        LinkCallback::verify(keyring, links.form(), body)
    }

    fn kind(_: &LinkCallback) -> NotificationKind {
        NotificationKind::Link
    }

    fn span(callback: &LinkCallback) -> tracing::Span {
        payment_span(
            Self::NAME,
            || callback.merchant_oid(),
            callback.key_index().get(),
        )
    }

    async fn admit(
        gate: &Gate,
        _: &Links,
        merchant: &MerchantId,
        callback: LinkCallback,
    ) -> Result<(Self, Right), Decision> {
        let payment = callback.payment_as_read(merchant);
        let right = claim(gate, payment, callback.unreadable()).await?;
        let link = callback.callback_id().clone();
        let payment = VerifiedPayment::new(Source::Link(callback), right.delivery().clone());
        Ok((Self::new(payment, link), Right::Claimed(right)))
    }
}

/// Claims a payment. One with a field that decides something and cannot be read is refused, with a record.
///
/// A function that returns a future: an async function keeps room for each argument twice.
fn claim(
    gate: &Gate,
    payment: Payment,
    unreadable: Option<UnreadableField>,
) -> impl Future<Output = Result<ClaimedPayment, Decision>> + Send + use<'_> {
    async move {
        if let Some(field) = unreadable {
            tracing::error!(field = field.name(), "a field of a payment cannot be read");
            return Err(Box::pin(gate.refuse(&payment, field.reason())).await);
        }
        match gate.admit(payment).await {
            Admission::Claimed(claimed) => Ok(claimed),
            Admission::Decided(decision) => Err(decision),
        }
    }
}

fn payment_span<'a>(
    name: &'static str,
    merchant_oid: impl Fn() -> &'a str,
    key_index: u32,
) -> tracing::Span {
    // The id is looked at only where somebody listens.
    tracing::info_span!(
        "paytr_callback",
        kind = name,
        merchant_oid = merchant_oid(),
        key_index,
        attempt = tracing::field::Empty,
        disposition = tracing::field::Empty,
    )
}

pub(super) mod sealed {
    pub trait Sealed {}
    impl Sealed for super::VerifiedPayment {}
    impl Sealed for super::LinkPayment {}
}
