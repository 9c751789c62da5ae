use clap::{Args, ValueEnum};
use paytr_core::CardProgram;
use paytr_core::api::{
    Authentication, BkmAmountUnit, BkmExpress, CardStorage, CardToken, CvvInput, DirectPayment,
    InstallmentCount, StoredCardPayment, UserToken,
};

use super::{LanguageCode, OrderArgs, SendArgs};
use crate::exit::Failure;

/// A form for the shop's own page. Card data is typed into the page and goes from the browser to
/// PayTR; no argument takes it.
#[derive(Args)]
pub(crate) struct DirectFormArgs {
    #[command(flatten)]
    order: OrderArgs,
    /// How many instalments: 2 to 12
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(2..=12))]
    installments: Option<u8>,
    /// The instalment program of the card, such as bonus
    #[arg(long, value_name = "PROGRAM")]
    card_type: Option<String>,
    /// Without 3-D Secure; the store needs a permission
    #[arg(long)]
    non_3d: bool,
    /// Let PayTR keep the card; with --utoken beside the other cards of this user
    #[arg(long, conflicts_with = "ctoken")]
    store_card: bool,
    /// The user whose card it is
    #[arg(long, value_name = "TOKEN")]
    utoken: Option<UserToken>,
    /// Pay with this stored card instead of a new one
    #[arg(long, value_name = "TOKEN", requires = "utoken")]
    ctoken: Option<CardToken>,
    /// The page asks for the CVV of the stored card (require_cvv of the card list is 1)
    #[arg(long, requires = "ctoken")]
    ask_cvv: bool,
    /// Pay with BKM Express. PayTR's sources disagree on the unit of its amount: 34.56 or 3456
    #[arg(long, value_name = "UNIT", conflicts_with_all = [
        "installments", "card_type", "non_3d", "store_card", "utoken", "ctoken",
    ])]
    bkm_express: Option<BkmUnit>,
    /// The language of labels and button in the HTML
    #[arg(long, default_value = "tr")]
    pub(crate) html_lang: LanguageCode,
    #[command(flatten)]
    pub(crate) send: SendArgs,
}

#[derive(Clone, Copy, ValueEnum)]
enum BkmUnit {
    /// 34.56, as in the documented sample
    Major,
    /// 3456, as in PayTR's request collection
    Minor,
}

/// Whichever payment the browser makes.
pub(crate) enum DirectRequest {
    NewCard(DirectPayment),
    StoredCard(StoredCardPayment),
    BkmExpress(BkmExpress),
}

impl DirectFormArgs {
    pub(crate) fn request(self) -> Result<DirectRequest, Failure> {
        let order = self.order.direct_order()?;
        if let Some(unit) = self.bkm_express {
            let unit = match unit {
                BkmUnit::Major => BkmAmountUnit::Major,
                BkmUnit::Minor => BkmAmountUnit::Minor,
            };
            return Ok(DirectRequest::BkmExpress(BkmExpress::new(order, unit)));
        }
        let installments = InstallmentCount::from_number(self.installments.unwrap_or_default());
        let authentication = if self.non_3d {
            Authentication::Non3d
        } else {
            Authentication::ThreeDSecure
        };
        let card_program = self.card_type.as_deref().map(CardProgram::from_code);
        match (self.utoken, self.ctoken) {
            (Some(user), Some(card)) => {
                let cvv = if self.ask_cvv {
                    CvvInput::Asked
                } else {
                    CvvInput::NotAsked
                };
                let mut payment = StoredCardPayment::new(order, user, card, cvv);
                payment.installments = installments;
                payment.authentication = authentication;
                payment.card_program = card_program;
                Ok(DirectRequest::StoredCard(payment))
            }
            (user, _) => {
                let mut payment = DirectPayment::new(order);
                payment.installments = installments;
                payment.authentication = authentication;
                payment.card_program = card_program;
                payment.storage = storage(self.store_card, user)?;
                Ok(DirectRequest::NewCard(payment))
            }
        }
    }
}

fn storage(store_card: bool, user: Option<UserToken>) -> Result<CardStorage, Failure> {
    match (store_card, user) {
        (false, None) => Ok(CardStorage::No),
        (true, None) => Ok(CardStorage::NewUser),
        (true, Some(user)) => Ok(CardStorage::ForUser(user)),
        (false, Some(_)) => Err(Failure::invalid(
            "--utoken needs --store-card to keep a new card, or --ctoken to pay with a stored one",
        )),
    }
}
