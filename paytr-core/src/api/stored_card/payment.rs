use super::{CardToken, CvvInput, UserToken};
use crate::Credentials;
use crate::api::field_rule::obey;
use crate::api::{
    Authentication, BrowserPayment, CardInput, DirectOrder, FieldRule, Form, InstallmentCount,
    InvalidRequest, direct,
};
use crate::wire::CardProgram;

/// A payment with a stored card in the buyer's browser, with 3-D Secure or without.
///
/// The way to pay with a card that asks for its CVV: the buyer types it into the page, and the browser
/// posts it to PayTR. For a payment without the buyer see
/// [`StoredCardCharge`](super::StoredCardCharge).
///
/// `POST https://www.paytr.com/odeme`, by the browser; both tokens of the card are in the form, and not
/// signed. Make the form with [`DirectForm::new`](crate::api::DirectForm::new) or
/// `PaytrClient::direct_form`. Source: PayTR, Kart Saklama API, Kayıtlı Karttan Ödeme.
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `order` |  | see [`DirectOrder`] | documented |
/// | `user` | `utoken` | text | documented |
/// | `card` | `ctoken` | text | documented |
/// | `cvv` | `cvv` | 3 or 4 digits, typed by the buyer where the card asks for them | documented |
/// | `installments` | `installment_count` | 0 for one payment, or 2 to 12 | documented |
/// | `authentication` | `non_3d` | 0 or 1; 1 needs a permission | documented |
/// | `card_program` | `card_type` | a program, for instalments | documented |
///
/// Source, as published in August 2026:
/// <https://dev.paytr.com/direkt-api/kart-saklama-api/kayitli-karttan-odeme>.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredCardPayment {
    /// What is paid, and by whom.
    pub order: DirectOrder,
    /// Whose card it is.
    pub user: UserToken,
    /// The card.
    pub card: CardToken,
    /// Whether the buyer types the CVV: `require_cvv` of the card list.
    pub cvv: CvvInput,
    /// Default: one payment.
    pub installments: InstallmentCount,
    /// Default: 3-D Secure.
    pub authentication: Authentication,
    /// The instalment program of the card; a documented one.
    pub card_program: Option<CardProgram>,
}

impl StoredCardPayment {
    /// A single payment with 3-D Secure.
    #[must_use]
    pub fn new(order: DirectOrder, user: UserToken, card: CardToken, cvv: CvvInput) -> Self {
        Self {
            order,
            user,
            card,
            cvv,
            installments: InstallmentCount::default(),
            authentication: Authentication::default(),
            card_program: None,
        }
    }
}

impl BrowserPayment for StoredCardPayment {
    const SIGNED: &'static [&'static str] = direct::CARD_SIGNED;
    const RULES: &'static [FieldRule] = direct::CARD_RULES;

    fn form(&self, credentials: &Credentials) -> Result<Form, InvalidRequest> {
        let head = direct::card_fields(
            &self.order,
            self.installments,
            self.authentication,
            credentials,
        )?;
        let form = head
            .optional("card_type", direct::card_type(self.card_program.as_ref())?)
            .field("utoken", self.user.as_str().to_owned())
            .field("ctoken", self.card.as_str().to_owned());
        Ok(obey(Self::RULES, form)?.sign(credentials, Self::SIGNED))
    }

    fn card_inputs(&self) -> &'static [CardInput] {
        match self.cvv {
            CvvInput::Asked => &[CardInput::Cvv],
            CvvInput::NotAsked => &[],
        }
    }
}
