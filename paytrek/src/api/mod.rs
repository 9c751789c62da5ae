//! One typed request per resource.
//!
//! Each stands in one file with its reply and its [`Request`] implementation; the client, the checks and the
//! errors come from [`Request`].
//!
//! | request | call | reply |
//! |---|---|---|
//! | [`NewSale`] | `POST /api/v2/sale/` | [`Sale`] |
//! | [`ReadSale`] | `GET /api/v2/sale/{sale_token}/` | [`Sale`] |
//! | [`Charge`] | `POST /api/v2/charge/` | [`ChargeAnswer`] |
//! | [`DirectCharge`] | `POST /api/v2/direct_charge/` | [`DirectChargeAnswer`] |
//! | [`NewStoredCard`] | `POST /api/v2/vault/` | [`StoredCard`] |
//! | [`ListStoredCards`] | `GET /api/v2/vault/` | [`StoredCardPage`] |
//! | [`ReadStoredCard`] | `GET /api/v2/vault/{card_token}/` | [`StoredCard`] |
//! | [`ForgetStoredCard`] | `DELETE /api/v2/vault/{card_token}/` | [`Forgotten`] |
//! | [`ChargeWithToken`] | `POST /api/v2/charge_with_token/` | [`ChargeAnswer`] |
//! | [`Capture`] | `POST /api/v2/capture/` | [`CaptureAnswer`] |
//! | [`Cancel`] | `POST /api/v2/cancel/` | [`CancelAnswer`] |
//! | [`Refund`] | `POST /api/v2/refund/` | [`RefundAnswer`] |
//! | [`NewPlan`] | `POST /api/v2/subscription_plan/` | [`PlanSale`] |
//! | [`ReadPlan`] | `GET /api/v2/subscription_plan/` | [`PlanSale`] |
//! | [`UpdatePlan`] | `PUT /api/v2/subscription_plan/` | [`SubscriptionPlan`] |
//! | [`InstalmentQuery`] | `GET /api/v2/installments/` | [`InstalmentTable`] |

mod capture;
mod charge;
mod check;
mod instalments;
mod new_sale;
mod plan;
mod plan_request;
mod recurring;
mod refund;
mod request;
mod sale;
mod sale_fields;
mod transaction;
mod vault;
mod vault_list;

pub use capture::{Cancel, CancelAnswer, Capture, CaptureAnswer};
pub use charge::{
    Charge, ChargeAnswer, ChargeWithToken, DirectCharge, DirectChargeAnswer, NextStep,
};
pub use check::InvalidRequest;
pub use instalments::{BankInstalments, InstalmentOption, InstalmentQuery, InstalmentTable};
pub use new_sale::{FraudCheck, HalfSecure, Item, NewSale, ThreeDSecure, WhenToCapture};
pub use plan::{PlanCard, PlanSale, Subscription, SubscriptionPlan};
pub use plan_request::{NewPlan, PlanTokenPlace, ReadPlan, UpdatePlan};
pub use recurring::{Recurring, RecurringPeriod, StartDate};
pub use refund::{Refund, RefundAnswer};
pub use request::{Answer, Call, Decoded, Effect, Method, PaymentError, Request};
pub use sale::{Happened, MovesMoney, ReadSale, Sale, SaleData};
pub use sale_fields::SaveCard;
pub use transaction::{FraudRisk, Transaction};
pub use vault::{ForgetStoredCard, Forgotten, NewStoredCard, ReadStoredCard, StoredCard};
pub use vault_list::{ListStoredCards, PageLink, StoredCardPage};
