//! One typed request per PayTR endpoint.
//!
//! Each endpoint is one file with its request, its reply and its [`Endpoint`] implementation. To add
//! one, write that file: the client, the signing and the errors come from [`Endpoint`].
//!
//! | request | endpoint |
//! |---|---|
//! | [`IframeCard`] | `POST /odeme/api/get-token` |
//! | [`IframeEft`] | `POST /odeme/api/get-token` with `payment_type=eft` |
//! | [`BinLookup`] | `POST /odeme/api/bin-detail` |
//! | [`InstallmentRates`] | `POST /odeme/taksit-oranlari` |
//! | [`Refund`] | `POST /odeme/iade` |
//! | [`StatusInquiry`] | `POST /odeme/durum-sorgu` |
//! | [`TransactionReport`] | `POST /rapor/islem-dokumu` |
//! | [`PaymentStatement`] | `POST /rapor/odeme-dokumu` |
//! | [`PaymentDetail`] | `POST /rapor/odeme-detayi` |
//! | [`ReturnedTransfers`] | `POST /odeme/geri-donen-transfer` |
//! | [`DirectPayment`], [`StoredCardPayment`], [`BkmExpress`] | `POST /odeme`, by the buyer's browser |
//! | [`StoredCardCharge`] | `POST /odeme` |
//! | [`StoredCards`] | `POST /odeme/capi/list` |
//! | [`DeleteStoredCard`] | `POST /odeme/capi/delete` |
//! | [`CreateLink`] | `POST /odeme/api/link/create` |
//! | [`DeleteLinks`] | `POST /odeme/api/link/delete` |
//! | [`SendLinkSms`] | `POST /odeme/api/link/send-sms` |
//! | [`SendLinkEmail`] | `POST /odeme/api/link/send-email` |
//! | [`PlatformTransfer`] | `POST /odeme/platform/transfer` |
//! | [`Cashout`] | `POST /odeme/hesaptan-gonder` |
//!
//! Not built: pre-authorisation (Ön Provizyon). PayTR names it, publishes no wire format, and asks
//! merchants to get in touch. There is no public call to cancel a payment either; a refund is the way.

mod bin;
pub mod direct;
mod endpoint;
mod field_rule;
mod iframe_card;
mod iframe_eft;
mod installment_rates;
mod invalid;
pub mod link;
mod payment_detail;
mod payment_statement;
pub mod platform;
mod refund;
mod report;
mod returned_transfers;
mod status;
pub mod stored_card;
mod transaction_report;

pub use crate::form::Form;
pub use crate::reply::{DecodeError, Refusal};
pub use bin::{BinDetail, BinLookup, BinReply};
pub use direct::{
    Authentication, BkmAmountUnit, BkmExpress, BrowserPayment, CardInput, CardStorage,
    DirectAnswer, DirectForm, DirectOrder, DirectPayment, InstallmentCount,
};
pub use endpoint::{Answer, Effect, Endpoint};
pub use field_rule::{BrokenRule, FieldRule};
pub use iframe_card::{Buyer, IframeCard, IframeToken, Installments, PageDesign};
pub use iframe_eft::{EftBank, IframeEft};
pub use installment_rates::{InstallmentRates, InstallmentRatesReply};
pub use invalid::InvalidRequest;
pub use link::{
    CallbackTarget, CreateLink, CreatedLink, DeleteLinks, DeletedLinks, LinkId, LinkKind,
    SendLinkEmail, SendLinkSms,
};
pub use payment_detail::{DetailRow, PaymentDetail};
pub use payment_statement::{PaymentStatement, StatementRow};
pub use platform::{
    AcceptedCashout, AcceptedTransfer, Cashout, Iban, Payout, PlatformTransfer, TransId,
};
pub use refund::{ReferenceNo, ReferenceNoError, Refund, RefundReceipt};
pub use report::Report;
pub use returned_transfers::{ReturnedTransfer, ReturnedTransfers};
pub use status::{OrderStatus, StatusInquiry, StatusReturn};
pub use stored_card::{
    CardToken, ChargeKind, ChargeOutcome, ChargeReply, CvvInput, DeleteStoredCard, Retry,
    StoredCard, StoredCardCharge, StoredCardPayment, StoredCards, UserToken,
};
pub use transaction_report::{TransactionKind, TransactionReport, TransactionRow};
