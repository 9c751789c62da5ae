//! Payments of the Direct API, at `/odeme`: the form for a buyer's browser, and the charge of a stored card.

use std::net::IpAddr;

use clap::{Args, ValueEnum};
use paytr_core::api::{
    Authentication, BkmAmountUnit, BkmExpress, BrowserPayment, Buyer, CardInput, CardStorage,
    CardToken, ChargeOutcome, CvvInput, DirectForm, DirectOrder, DirectPayment, InstallmentCount,
    InvalidRequest, Retry, StoredCardCharge, StoredCardPayment, UserToken,
};
use paytr_core::wire::CardProgram;
use paytr_core::{Basket, MerchantOid, Mode};
use serde::Serialize;

use super::values::{Amount, BasketItem, CurrencyName, LanguageCode};
use crate::exit::{Exit, Failure};
use crate::output::{Details, Fields, print, print_json, print_request, tell};
use crate::session::{SendArgs, Sent, Session, send};
use crate::settings::Settings;

/// What every payment at `/odeme` needs.
#[derive(Args)]
struct OrderArgs {
    /// The order id: 1 to 64 letters and digits, a new one per attempt
    #[arg(long, value_name = "ID")]
    order_id: MerchantOid,
    /// The amount to pay, such as 34.56
    #[arg(long)]
    amount: Amount,
    /// The currency
    #[arg(long, default_value = "TL", ignore_case = true)]
    currency: CurrencyName,
    /// One row of the basket; repeat it for more
    #[arg(long, value_name = "NAME:PRICE:QUANTITY", required = true)]
    basket: Vec<BasketItem>,
    /// The buyer's e-mail address, without Turkish letters
    #[arg(long)]
    email: String,
    /// The public address of the buyer's browser
    #[arg(long, value_name = "IP")]
    user_ip: IpAddr,
    /// The buyer's name
    #[arg(long, value_name = "NAME")]
    user_name: String,
    /// The buyer's address
    #[arg(long, value_name = "ADDRESS")]
    user_address: String,
    /// The buyer's phone number
    #[arg(long, value_name = "PHONE")]
    user_phone: String,
    /// Where the buyer's browser goes after paying
    #[arg(long, value_name = "URL")]
    ok_url: String,
    /// Where the buyer's browser goes otherwise
    #[arg(long, value_name = "URL")]
    fail_url: String,
    /// The language of PayTR's pages
    #[arg(long, default_value = "tr")]
    lang: LanguageCode,
    /// A test payment
    #[arg(long)]
    test: bool,
    /// Ask PayTR for details of integration faults
    #[arg(long)]
    debug: bool,
}

impl OrderArgs {
    fn direct_order(self) -> Result<DirectOrder, Failure> {
        let basket = basket(&self.basket, self.currency)?;
        let buyer = Buyer::new(
            self.user_ip,
            self.email,
            self.user_name,
            self.user_address,
            self.user_phone,
        );
        let mut order = DirectOrder::new(self.order_id, basket, buyer, self.ok_url, self.fail_url);
        order.amount = self.amount.in_currency(self.currency);
        order.mode = mode(self.test);
        order.language = self.lang.language();
        order.debug = self.debug;
        Ok(order)
    }
}

/// The rows that were typed.
pub(super) fn basket(items: &[BasketItem], currency: CurrencyName) -> Result<Basket, Failure> {
    let empty = Basket::new(currency.currency());
    items.iter().try_fold(empty, |basket, item| {
        let price = item.unit_price.minor_units();
        basket
            .item(item.name.clone(), price, item.quantity)
            .map_err(|error| Failure::invalid_input(&error))
    })
}

pub(super) fn mode(test: bool) -> Mode {
    if test { Mode::Test } else { Mode::Live }
}

/// A form for the shop's own page. Card data is typed into the page and goes from the browser to
/// PayTR; no argument takes it.
#[derive(Args)]
pub(super) struct DirectFormArgs {
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
    html_lang: LanguageCode,
    #[command(flatten)]
    send: SendArgs,
}

#[derive(Clone, Copy, ValueEnum)]
enum BkmUnit {
    /// 34.56, as in the documented sample
    Major,
    /// 3456, as in PayTR's request collection
    Minor,
}

/// Whichever payment the browser makes.
enum DirectRequest {
    NewCard(DirectPayment),
    StoredCard(StoredCardPayment),
    BkmExpress(BkmExpress),
}

impl DirectFormArgs {
    fn request(self) -> Result<DirectRequest, Failure> {
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

/// The form as JSON, for a page that is made elsewhere.
#[derive(Serialize)]
struct FormForPage<'a> {
    action: &'a str,
    hidden_fields: Fields<'a>,
    card_inputs: Vec<&'static str>,
}

/// Sends nothing: the buyer's browser does.
pub(super) fn form(args: DirectFormArgs) -> Result<(), Failure> {
    let (how, language) = (args.send, args.html_lang.language());
    let request = args.request()?;
    let session = Session::open(Settings::read()?)?;
    let form = match &request {
        DirectRequest::NewCard(payment) => form_of(&session, payment),
        DirectRequest::StoredCard(payment) => form_of(&session, payment),
        DirectRequest::BkmExpress(payment) => form_of(&session, payment),
    };
    let form = form.map_err(|error| Failure::invalid_input(&error))?;
    if how.dry_run {
        return print_request(form.action(), form.hidden_fields());
    }
    if how.json {
        return print_json(&FormForPage {
            action: form.action(),
            hidden_fields: Fields(form.hidden_fields()),
            card_inputs: form
                .card_inputs()
                .iter()
                .map(|input| CardInput::name(*input))
                .collect(),
        });
    }
    print(&form.to_html(language))
}

fn form_of<P: BrowserPayment>(
    session: &Session,
    payment: &P,
) -> Result<DirectForm, InvalidRequest> {
    session.client().direct_form(payment)
}

/// A charge of a stored card, without 3-D Secure. A card whose CVV is needed cannot be charged like
/// this: no CVV passes the server. Use direct-form with --ctoken and --ask-cvv for it.
#[derive(Args)]
pub(super) struct ChargeArgs {
    #[command(flatten)]
    order: OrderArgs,
    /// The user whose card it is, from the shop's own records
    #[arg(long, value_name = "TOKEN")]
    utoken: UserToken,
    /// The card, from the list of that user
    #[arg(long, value_name = "TOKEN")]
    ctoken: CardToken,
    /// A payment of a subscription that the buyer agreed to earlier
    #[arg(long)]
    recurring: bool,
    /// How many instalments: 2 to 12
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(2..=12))]
    installments: Option<u8>,
    /// The instalment program of the card, such as bonus
    #[arg(long, value_name = "PROGRAM")]
    card_type: Option<String>,
    #[command(flatten)]
    send: SendArgs,
}

impl ChargeArgs {
    fn request(self) -> Result<StoredCardCharge, Failure> {
        let order = self.order.direct_order()?;
        let new = if self.recurring {
            StoredCardCharge::recurring
        } else {
            StoredCardCharge::once
        };
        let mut charge = new(order, self.utoken, self.ctoken);
        charge.installments = InstallmentCount::from_number(self.installments.unwrap_or_default());
        charge.card_program = self.card_type.as_deref().map(CardProgram::from_code);
        Ok(charge)
    }
}

/// Sent once.
pub(super) fn charge(args: ChargeArgs) -> Result<Exit, Failure> {
    let how = args.send;
    let charge = args.request()?;
    let order = charge.order.id.clone();
    let find_out = || {
        format!(
            "  order {order} may have been charged: do not charge again, under no other order id \
             either\n  wait for its notification, or ask: paytr status {order}"
        )
    };
    let sent = send(&charge, how).map_err(|failure| failure.advise(find_out))?;
    let outcome = match &sent {
        Sent::DryRun => return Ok(Exit::Done),
        Sent::Printed(outcome) | Sent::Answered(outcome) => outcome,
    };
    let (exit, result) = match outcome {
        ChargeOutcome::Paid(_) => (Exit::Done, "paid"),
        ChargeOutcome::WaitForNotification(_) => (Exit::OutcomeUnknown, "being checked by PayTR"),
        ChargeOutcome::Declined(Retry::Never, _) => (Exit::Refused, "declined; not with this card"),
        ChargeOutcome::Declined(Retry::Later, _) => (Exit::Refused, "declined; try again later"),
        ChargeOutcome::Declined(Retry::Unsaid, _) => (Exit::Refused, "declined"),
    };
    if matches!(sent, Sent::Answered(_)) {
        let message = outcome.reply().message.as_ref();
        Details::new()
            .add("order", &order)
            .add("result", result)
            .maybe("PayTR says", message)
            .print()?;
    }
    if exit == Exit::OutcomeUnknown {
        tell(&find_out());
    }
    Ok(exit)
}
