use std::net::IpAddr;

use clap::Args;
use paytr_core::MerchantOid;
use paytr_core::api::{
    Buyer, EftBank, Endpoint, IframeCard, IframeEft, IframeToken, Installments, PageDesign,
};

use super::direct::{basket, mode};
use super::values::{Amount, BasketItem, CurrencyName, LanguageCode};
use crate::exit::Failure;
use crate::output::{Details, print_dry_run};
use crate::session::{SendArgs, Sent, Session};
use crate::settings::Settings;

/// A payment page.
#[derive(Args)]
pub(super) struct IframeTokenArgs {
    /// The order id: 1 to 64 letters and digits, a new one per attempt
    #[arg(long, value_name = "ID")]
    order_id: MerchantOid,
    /// The buyer's e-mail address, without Turkish letters
    #[arg(long)]
    email: String,
    /// The amount to pay, such as 34.56
    #[arg(long)]
    amount: Amount,
    /// The public address of the buyer's browser
    #[arg(long, value_name = "IP")]
    user_ip: IpAddr,
    /// One row of the basket; repeat it for more
    #[arg(
        long,
        value_name = "NAME:PRICE:QUANTITY",
        required_unless_present = "eft"
    )]
    basket: Vec<BasketItem>,
    /// The buyer's name; with --eft it is filled in and locked
    #[arg(long, value_name = "NAME", required_unless_present = "eft")]
    user_name: Option<String>,
    /// The buyer's address
    #[arg(long, value_name = "ADDRESS", required_unless_present = "eft")]
    user_address: Option<String>,
    /// The buyer's phone number; with --eft it is filled in and locked
    #[arg(long, value_name = "PHONE", required_unless_present = "eft")]
    user_phone: Option<String>,
    /// Where the buyer's browser goes after paying
    #[arg(long, value_name = "URL", required_unless_present = "eft")]
    ok_url: Option<String>,
    /// Where the buyer's browser goes otherwise
    #[arg(long, value_name = "URL", required_unless_present = "eft")]
    fail_url: Option<String>,
    /// The currency
    #[arg(long, default_value = "TL", ignore_case = true)]
    currency: CurrencyName,
    /// The language of the page
    #[arg(long, default_value = "tr")]
    lang: LanguageCode,
    /// A single payment only
    #[arg(long, conflicts_with = "max_installment")]
    no_installment: bool,
    /// At most this many instalments: 2 to 12
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(2..=12))]
    max_installment: Option<u8>,
    /// How long the page can be paid; PayTR's default is 30
    #[arg(long, value_name = "N")]
    timeout_minutes: Option<u32>,
    /// A test payment
    #[arg(long)]
    test: bool,
    /// The new design of the page
    #[arg(long)]
    v2: bool,
    /// The new design of the page, dark
    #[arg(long)]
    dark: bool,
    /// Show integration faults on the page
    #[arg(long)]
    debug: bool,
    /// A page for a bank transfer (Havale/EFT) instead of a card
    #[arg(long, conflicts_with_all = [
        "basket", "user_address", "ok_url", "fail_url", "no_installment", "max_installment", "v2",
        "dark", "lang",
    ])]
    eft: bool,
    /// Lock the choice of the bank: isbank, akbank, denizbank, finansbank, halkbank, ptt, teb,
    /// vakifbank, yapikredi, ziraat
    #[arg(long, requires = "eft", value_parser = bank)]
    bank: Option<EftBank>,
    #[command(flatten)]
    send: SendArgs,
}

/// The request of either page.
enum IframeRequest {
    Card(IframeCard),
    Eft(IframeEft),
}

impl IframeTokenArgs {
    fn request(self) -> Result<IframeRequest, Failure> {
        if self.eft {
            return self.eft_request().map(IframeRequest::Eft);
        }
        let basket = basket(&self.basket, self.currency)?;
        let design = match (self.dark, self.v2) {
            (true, _) => PageDesign::V2Dark,
            (false, true) => PageDesign::V2,
            (false, false) => PageDesign::Classic,
        };
        let installments = match self.max_installment {
            _ if self.no_installment => Installments::None,
            Some(count) => Installments::UpTo(count),
            None => Installments::Any,
        };
        let buyer = self.buyer();
        let (ok, fail) = (self.ok_url, self.fail_url);
        let [ok, fail] = [ok, fail].map(Option::unwrap_or_default);
        let mut request = IframeCard::new(self.order_id, basket, buyer, ok, fail);
        request.amount = self.amount.in_currency(self.currency);
        request.installments = installments;
        request.mode = mode(self.test);
        request.language = self.lang.language();
        request.design = design;
        request.timeout_minutes = self.timeout_minutes;
        request.debug = self.debug;
        Ok(IframeRequest::Card(request))
    }

    fn eft_request(self) -> Result<IframeEft, Failure> {
        // PayTR does not fill in longer values, though whoever types them expects to see them on the page.
        let is_long = |name: &String| !(1..=30).contains(&name.chars().count());
        let is_digits =
            |phone: &String| phone.len() == 11 && phone.bytes().all(|b| b.is_ascii_digit());
        if self.user_name.as_ref().is_some_and(is_long) {
            return Err(Failure::invalid(
                "with --eft, --user-name has 1 to 30 characters",
            ));
        }
        if !self.user_phone.as_ref().is_none_or(is_digits) {
            return Err(Failure::invalid("with --eft, --user-phone has 11 digits"));
        }
        let buyer = self.buyer();
        let amount = self.amount.in_currency(self.currency);
        let mut request = IframeEft::new(self.order_id, amount, buyer);
        request.prefill = self.user_name.is_some() || self.user_phone.is_some();
        request.bank = self.bank;
        request.mode = mode(self.test);
        request.timeout_minutes = self.timeout_minutes;
        request.debug = self.debug;
        Ok(request)
    }

    fn buyer(&self) -> Buyer {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        Buyer::new(
            self.user_ip,
            self.email.clone(),
            text(&self.user_name),
            text(&self.user_address),
            text(&self.user_phone),
        )
    }
}

fn bank(code: &str) -> Result<EftBank, String> {
    EftBank::from_code(code).ok_or_else(|| {
        let codes: Vec<_> = EftBank::ALL.iter().map(|bank| bank.code()).collect();
        format!("one of {}", codes.join(", "))
    })
}

pub(super) fn run(args: IframeTokenArgs) -> Result<(), Failure> {
    let how = args.send;
    match args.request()? {
        IframeRequest::Card(request) => send(&request, how),
        IframeRequest::Eft(request) => send(&request, how),
    }
}

fn send<R: Endpoint<Reply = IframeToken> + Sync>(
    request: &R,
    how: SendArgs,
) -> Result<(), Failure> {
    let settings = Settings::read()?;
    if how.dry_run {
        return print_dry_run(request, &settings);
    }
    let session = Session::open(settings)?;
    if let Sent::Answered(token) = session.send(request, how)? {
        let page = session.client().page_url(&token);
        return Details::new()
            .add("token", token.as_str())
            .add("page", page)
            .print();
    }
    Ok(())
}
