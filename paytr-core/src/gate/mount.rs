use std::future::{Future, ready};

use paid_once::{BoxError, HandlerTasks};

use super::VerifiedPayment;
use super::{AdmittedNotice, CallbackGate, CallbackLimits, ClaimedCallback, NoticeGate};
use crate::Disposition;
use crate::callback::{
    CashoutResult, EftNotice, MountTexts, Notice, PaymentMessage, PlatformResult, TransferResult,
};

/// A gate as the framework crates mount it: [`CallbackGate`] of either kind and [`NoticeGate`] of any.
///
/// Only the gates of this crate are mount points, so that a path takes exactly one kind.
pub trait MountPoint: sealed::Sealed + Clone + Send + Sync + 'static {
    /// A body whose grammar and hash were checked.
    type Message: Send + 'static;
    /// A message with the right to run its handler.
    type Admitted: Send + 'static;
    /// What the handler gets.
    type Handled: Handled<Gate = Self>;

    /// What to say when the pieces were not put together.
    const TEXTS: MountTexts;

    /// The limits that bodies are held to.
    fn limits(&self) -> CallbackLimits;

    /// The running handlers.
    fn tasks(&self) -> &HandlerTasks;

    /// Checks grammar and hash.
    ///
    /// # Errors
    ///
    /// The [`Disposition`] to answer with.
    fn verify(&self, body: &[u8]) -> Result<Self::Message, Disposition>;

    /// The body to hand on instead of the one that came, if something had to be dropped from it.
    fn redacted_body(message: &Self::Message) -> Option<&[u8]>;

    /// Everything between the hash and the handler.
    fn admit(
        &self,
        message: Self::Message,
    ) -> impl Future<Output = Result<Self::Admitted, Disposition>> + Send;

    /// What the handler gets.
    fn handled(admitted: &Self::Admitted) -> &Self::Handled;

    /// Runs the handler under the gate's time limit and finishes the message.
    fn run<F, E>(admitted: Self::Admitted, handler: F) -> impl Future<Output = Disposition> + Send
    where
        F: Future<Output = Result<(), E>> + Send,
        E: Into<BoxError> + Send;
}

/// What a handler gets: [`VerifiedPayment`], [`LinkPayment`](crate::LinkPayment), [`EftNotice`], [`TransferResult`],
/// [`CashoutResult`] or [`PlatformResult`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not what a handler of PayTR's notifications gets",
    note = "use `LinkPayment`, `EftNotice`, `TransferResult`, `CashoutResult` or `PlatformResult`; for payments there is `VerifiedCallback`"
)]
pub trait Handled: Clone + Send + Sync + 'static {
    /// The gate that hands it over.
    type Gate: MountPoint<Handled = Self>;
}

impl<C: PaymentMessage> Handled for VerifiedPayment<C> {
    type Gate = CallbackGate<C>;
}

impl Handled for EftNotice {
    type Gate = NoticeGate<Self>;
}

impl Handled for TransferResult {
    type Gate = NoticeGate<Self>;
}

impl Handled for CashoutResult {
    type Gate = NoticeGate<Self>;
}

impl Handled for PlatformResult {
    type Gate = NoticeGate<Self>;
}

impl<C: PaymentMessage> MountPoint for CallbackGate<C> {
    type Message = C;
    type Admitted = ClaimedCallback<C>;
    type Handled = VerifiedPayment<C>;

    const TEXTS: MountTexts = C::TEXTS;

    fn limits(&self) -> CallbackLimits {
        self.limits()
    }

    fn tasks(&self) -> &HandlerTasks {
        self.gate().tasks()
    }

    fn verify(&self, body: &[u8]) -> Result<C, Disposition> {
        self.verify(body)
    }

    fn redacted_body(_: &C) -> Option<&[u8]> {
        None
    }

    fn admit(
        &self,
        message: C,
    ) -> impl Future<Output = Result<Self::Admitted, Disposition>> + Send {
        self.admit(message)
    }

    fn handled(admitted: &Self::Admitted) -> &Self::Handled {
        admitted.payment()
    }

    fn run<F, E>(admitted: Self::Admitted, handler: F) -> impl Future<Output = Disposition> + Send
    where
        F: Future<Output = Result<(), E>> + Send,
        E: Into<BoxError> + Send,
    {
        admitted.run(handler)
    }
}

impl<N: Notice + Handled<Gate = NoticeGate<N>>> MountPoint for NoticeGate<N> {
    type Message = N;
    type Admitted = AdmittedNotice<N>;
    type Handled = N;

    const TEXTS: MountTexts = N::TEXTS;

    fn limits(&self) -> CallbackLimits {
        self.limits()
    }

    fn tasks(&self) -> &HandlerTasks {
        self.tasks()
    }

    fn verify(&self, body: &[u8]) -> Result<N, Disposition> {
        self.verify(body)
    }

    fn redacted_body(message: &N) -> Option<&[u8]> {
        message.redacted_body()
    }

    fn admit(
        &self,
        message: N,
    ) -> impl Future<Output = Result<Self::Admitted, Disposition>> + Send {
        ready(Ok(self.admit(message)))
    }

    fn handled(admitted: &Self::Admitted) -> &N {
        admitted.notice()
    }

    fn run<F, E>(admitted: Self::Admitted, handler: F) -> impl Future<Output = Disposition> + Send
    where
        F: Future<Output = Result<(), E>> + Send,
        E: Into<BoxError> + Send,
    {
        admitted.run(handler)
    }
}

mod sealed {
    pub trait Sealed {}
    impl<C: super::PaymentMessage> Sealed for super::CallbackGate<C> {}
    impl<N: super::Notice> Sealed for super::NoticeGate<N> {}
}
