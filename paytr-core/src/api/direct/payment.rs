use paid_once::Mode;

use super::{BrowserPayment, CardInput, DirectOrder};
use crate::Credentials;
use crate::api::field_rule::{CURRENCY, LANGUAGE, MINUTES, ORDER_ID, Shape, obey};
use crate::api::{FieldRule, Form, InvalidRequest, UserToken};
use crate::wire::CardProgram;

/// A card payment on the shop's own page: the fields of a form that the buyer's browser posts.
///
/// `POST https://www.paytr.com/odeme`, by the browser. Needs a store permission. Card number, holder,
/// expiry and CVV are typed into the page and go from the browser to PayTR: this type has no place for
/// them, and the server must not receive them. Make the form with
/// [`DirectForm::new`](crate::api::DirectForm::new) or `PaytrClient::direct_form`.
///
/// Not built: `payment_type=card_points`, which is named but nowhere described. Source: PayTR,
/// Direkt API step 1.
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `order` |  | see [`DirectOrder`] | documented |
/// | `installments` | `installment_count` | 0 for one payment, or 2 to 12 | documented |
/// | `authentication` | `non_3d` | 0 or 1; 1 needs a permission | documented |
/// | `card_program` | `card_type` | a program, for instalments | documented |
/// | `storage` | `store_card`, `utoken` | 0 or 1; the user of earlier cards | documented |
/// | `answer` | `sync_mode` | 0 or 1; 1 needs a permission | documented |
/// | `fail_test` | `non3d_test_failed` | 0 or 1, in test mode without 3-D Secure | documented |
/// | `timeout_minutes` | `timeout_limit` | minutes; in the Postman collection alone | recorded |
/// | `expires_at` | `request_exp_date` | seconds since 1970; that it is not signed is assumed | documented |
///
/// Source: <https://dev.paytr.com/direkt-api/direkt-api-1-adim>, as published in August 2026.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DirectPayment {
    /// What is paid, and by whom.
    pub order: DirectOrder,
    /// Default: one payment.
    pub installments: InstallmentCount,
    /// Default: 3-D Secure.
    pub authentication: Authentication,
    /// The instalment program of the card, from BIN lookup; a documented one.
    pub card_program: Option<CardProgram>,
    /// Whether PayTR keeps the card for later payments. Default: no.
    pub storage: CardStorage,
    /// What the browser gets. Default: a redirect.
    pub answer: DirectAnswer,
    /// Makes a test without 3-D Secure fail. Only in [`Mode::Test`] with [`Authentication::Non3d`].
    pub fail_test: bool,
    /// How long the order can be paid, in minutes. Documented for other calls; here it is only in
    /// PayTR's request collection.
    pub timeout_minutes: Option<u32>,
    /// Until when the form can be posted: seconds since 1970, UTC (`request_exp_date`). The
    /// documentation calls it signed but no sample signs it; it is posted unsigned, so the buyer can
    /// remove it.
    pub expires_at: Option<u64>,
}

/// How the buyer shows that the card is theirs.
///
/// On the wire: `non_3d`, 0 or 1. Documented: <https://dev.paytr.com/direkt-api/direkt-api-1-adim>, August
/// 2026.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Authentication {
    /// The bank asks the buyer.
    #[default]
    ThreeDSecure,
    /// Nobody asks. The store needs a permission, and carries the risk of stolen cards.
    Non3d,
}

impl Authentication {
    /// `non_3d`.
    fn code(self) -> &'static str {
        match self {
            Self::ThreeDSecure => "0",
            Self::Non3d => "1",
        }
    }
}

/// Whether PayTR keeps the card.
///
/// On the wire: `store_card`, 0 or 1, and `utoken`. Documented:
/// <https://dev.paytr.com/direkt-api/kart-saklama-api/yeni-kart-ekleme>, August 2026.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum CardStorage {
    /// It does not.
    #[default]
    No,
    /// It does, and makes a new user for it. The notification brings `utoken` and `ctoken`.
    NewUser,
    /// It does, beside the other cards of this user. Without the token a second user would be made.
    ForUser(UserToken),
}

/// What the browser gets after posting the form.
///
/// On the wire: `sync_mode`, 0 or 1. Documented: <https://dev.paytr.com/direkt-api/direkt-api-1-adim>,
/// August 2026.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DirectAnswer {
    /// A redirect to the ok or fail URL.
    #[default]
    Redirect,
    /// JSON, `sync_mode`: needs [`Authentication::Non3d`], and to be asked for at PayTR. What a page
    /// tells the server of it proves nothing.
    Json,
}

/// The formula of every card payment at `/odeme`.
pub(in crate::api) const CARD_SIGNED: &[&str] = &[
    "merchant_id",
    "user_ip",
    "merchant_oid",
    "email",
    "payment_amount",
    "payment_type",
    "installment_count",
    "currency",
    "test_mode",
    "non_3d",
];

/// What every card payment at `/odeme` obeys. The basket is not looked at: recorded payments with
/// base64 in it succeed.
pub(in crate::api) const CARD_RULES: &[FieldRule] = &[
    FieldRule::new("user_ip", Shape::BuyerIp),
    FieldRule::new("merchant_oid", ORDER_ID),
    FieldRule::new("email", Shape::Email),
    FieldRule::new("user_name", Shape::Text { min: 1, max: 60 }),
    FieldRule::new("user_address", Shape::Text { min: 1, max: 400 }),
    FieldRule::new("user_phone", Shape::Text { min: 1, max: 20 }),
    FieldRule::new("payment_amount", Shape::MajorUnits),
    FieldRule::new("merchant_ok_url", Shape::ReturnUrl),
    FieldRule::new("merchant_fail_url", Shape::ReturnUrl),
    FieldRule::new("installment_count", Shape::InstallmentCount),
    FieldRule::new("currency", CURRENCY).optional(),
    FieldRule::new("test_mode", Shape::Flag).optional(),
    FieldRule::new("non_3d", Shape::Flag),
    FieldRule::new("card_type", CARD_TYPE).optional(),
    FieldRule::new("client_lang", LANGUAGE).optional(),
    FieldRule::new("debug_on", Shape::Flag).optional(),
    FieldRule::new("sync_mode", Shape::Flag).optional(),
    FieldRule::new("store_card", Shape::Flag).optional(),
    FieldRule::new("recurring_payment", Shape::Flag).optional(),
    FieldRule::new("non3d_test_failed", Shape::Flag).optional(),
    FieldRule::new("timeout_limit", MINUTES).optional(),
    FieldRule::new("request_exp_date", UNIX_TIME).optional(),
];

const CARD_TYPE: Shape = Shape::OneOf {
    values: &[
        "advantage",
        "axess",
        "bonus",
        "cardfinans",
        "combo",
        "maximum",
        "paraf",
        "saglamkart",
        "world",
    ],
    rule: CARD_PROGRAMS,
};
const CARD_PROGRAMS: &str =
    "one of advantage, axess, bonus, cardfinans, combo, maximum, paraf, saglamkart, world";
const UNIX_TIME: Shape = Shape::Number {
    min: 0,
    max: u64::MAX,
};

impl DirectPayment {
    /// A single payment with 3-D Secure; the card is not kept.
    #[must_use]
    pub fn new(order: DirectOrder) -> Self {
        Self {
            order,
            installments: InstallmentCount::default(),
            authentication: Authentication::default(),
            card_program: None,
            storage: CardStorage::default(),
            answer: DirectAnswer::default(),
            fail_test: false,
            timeout_minutes: None,
            expires_at: None,
        }
    }

    fn check(&self) -> Result<(), InvalidRequest> {
        let non_3d = self.authentication == Authentication::Non3d;
        if self.answer == DirectAnswer::Json && !non_3d {
            return Err(InvalidRequest::Shape {
                field: "sync_mode",
                rule: "only without 3-D Secure",
            });
        }
        if self.fail_test && !(non_3d && self.order.mode == Mode::Test) {
            return Err(InvalidRequest::Shape {
                field: "non3d_test_failed",
                rule: "only in test mode without 3-D Secure",
            });
        }
        Ok(())
    }
}

impl BrowserPayment for DirectPayment {
    const SIGNED: &'static [&'static str] = CARD_SIGNED;
    const RULES: &'static [FieldRule] = CARD_RULES;

    fn form(&self, credentials: &Credentials) -> Result<Form, InvalidRequest> {
        self.check()?;
        let head = card_fields(
            &self.order,
            self.installments,
            self.authentication,
            credentials,
        )?;
        let (store_card, utoken) = match &self.storage {
            CardStorage::No => (None, None),
            CardStorage::NewUser => (Some("1"), None),
            CardStorage::ForUser(user) => (Some("1"), Some(user.as_str().to_owned())),
        };
        let sync_mode = (self.answer == DirectAnswer::Json).then_some("1");
        let form = head
            .optional("card_type", card_type(self.card_program.as_ref())?)
            .optional("store_card", store_card)
            .optional("utoken", utoken)
            .optional("sync_mode", sync_mode)
            .optional("non3d_test_failed", self.fail_test.then_some("1"))
            .optional("timeout_limit", self.timeout_minutes.map(|n| n.to_string()))
            .optional("request_exp_date", self.expires_at.map(|n| n.to_string()));
        Ok(obey(Self::RULES, form)?.sign(credentials, Self::SIGNED))
    }

    fn card_inputs(&self) -> &'static [CardInput] {
        &CardInput::NEW_CARD
    }
}

/// `card_type`: a program that gives instalments.
pub(in crate::api) fn card_type(
    program: Option<&CardProgram>,
) -> Result<Option<String>, InvalidRequest> {
    match program {
        None => Ok(None),
        Some(CardProgram::None | CardProgram::Unknown(_)) => Err(InvalidRequest::Shape {
            field: "card_type",
            rule: CARD_PROGRAMS,
        }),
        Some(program) => Ok(Some(program.code().to_owned())),
    }
}

/// The fields that all card payments at `/odeme` share, signed ones first.
pub(in crate::api) fn card_fields(
    order: &DirectOrder,
    installments: InstallmentCount,
    authentication: Authentication,
    credentials: &Credentials,
) -> Result<Form, InvalidRequest> {
    let currency = order.check()?;
    let form = order
        .head(credentials)
        .field("payment_amount", order.amount_text())
        .field("payment_type", "card")
        .field("installment_count", installments.text()?)
        .field("currency", currency)
        .field("test_mode", order.test_mode())
        .field("non_3d", authentication.code());
    Ok(order.unsigned(form))
}

/// In how many instalments the buyer pays.
///
/// On the wire: `installment_count`, 0 for one payment, or 2 to 12. Documented:
/// <https://dev.paytr.com/direkt-api/direkt-api-1-adim>, August 2026.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum InstallmentCount {
    /// One payment. Posted as `0`; notifications call it `1`.
    #[default]
    Single,
    /// This many: 2 to 12.
    Of(u8),
}

impl InstallmentCount {
    /// The count that a person means: 0 and 1 are a single payment.
    #[must_use]
    pub fn from_number(count: u8) -> Self {
        match count {
            0 | 1 => Self::Single,
            count => Self::Of(count),
        }
    }

    /// `installment_count`.
    fn text(self) -> Result<String, InvalidRequest> {
        match self {
            Self::Single => Ok("0".to_owned()),
            Self::Of(count @ 2..=12) => Ok(count.to_string()),
            Self::Of(_) => Err(InvalidRequest::Range {
                field: "installment_count",
                min: 2,
                max: 12,
            }),
        }
    }
}
