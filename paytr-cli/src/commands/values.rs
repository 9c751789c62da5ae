//! Values of arguments.

use std::str::FromStr;

use clap::ValueEnum;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use paytr_core::amount::{AmountError, money_from_major};
use paytr_core::api::Iban;
use paytr_core::callback::{NotificationKind, NotificationKindError};
use paytr_core::errors::{ErrorTable, UnknownTable};
use paytr_core::wire::DateError;
use paytr_core::{Currency, Language, Money};

/// An amount in minor units, typed as `34.56` or `34,56`.
#[derive(Clone, Copy)]
pub(super) struct Amount(u64);

impl Amount {
    pub(super) fn minor_units(self) -> u64 {
        self.0
    }

    pub(super) fn in_currency(self, currency: CurrencyName) -> Money {
        Money::new(self.0, currency.currency())
    }
}

impl FromStr for Amount {
    type Err = AmountError;

    fn from_str(text: &str) -> Result<Self, AmountError> {
        money_from_major(text, Currency::TRY).map(|money| Self(money.minor_units()))
    }
}

/// A currency that PayTR takes.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "UPPER")]
pub(super) enum CurrencyName {
    #[value(alias = "TRY")]
    Tl,
    Eur,
    Usd,
    Gbp,
    Rub,
}

impl CurrencyName {
    pub(super) fn currency(self) -> Currency {
        match self {
            Self::Tl => Currency::TRY,
            Self::Eur => Currency::EUR,
            Self::Usd => Currency::USD,
            Self::Gbp => Currency::GBP,
            Self::Rub => Currency::RUB,
        }
    }
}

/// A language of PayTR's pages.
#[derive(Clone, Copy, ValueEnum)]
pub(super) enum LanguageCode {
    Tr,
    En,
}

impl LanguageCode {
    pub(super) fn language(self) -> Language {
        match self {
            Self::Tr => Language::Turkish,
            Self::En => Language::English,
        }
    }
}

/// One row of a basket: `NAME:18.00:1`. The name may have colons in it.
#[derive(Clone)]
pub(super) struct BasketItem {
    pub(super) name: String,
    pub(super) unit_price: Amount,
    pub(super) quantity: u32,
}

impl FromStr for BasketItem {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.rsplitn(3, ':');
        let (quantity, price, name) = (parts.next(), parts.next(), parts.next());
        let (Some(quantity), Some(price), Some(name)) = (quantity, price, name) else {
            return Err("a row is NAME:PRICE:QUANTITY, such as 'Kalem:18.00:1'".to_owned());
        };
        let is_number = !quantity.is_empty() && quantity.bytes().all(|byte| byte.is_ascii_digit());
        let quantity = quantity.parse().ok().filter(|_| is_number);
        Ok(Self {
            name: name.to_owned(),
            unit_price: price
                .parse()
                .map_err(|error: AmountError| error.to_string())?,
            quantity: quantity.ok_or("the quantity is a whole number, such as 1")?,
        })
    }
}

/// One receiver of a cashout: `34.56:TR330006100519786457841326:Ayşe Yılmaz`.
#[derive(Clone)]
pub(super) struct PayoutText {
    pub(super) amount: Amount,
    pub(super) iban: Iban,
    pub(super) receiver: String,
}

impl FromStr for PayoutText {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.splitn(3, ':');
        let (amount, iban, receiver) = (parts.next(), parts.next(), parts.next());
        let (Some(amount), Some(iban), Some(receiver)) = (amount, iban, receiver) else {
            return Err("a payout is AMOUNT:IBAN:RECEIVER".to_owned());
        };
        Self::of_parts(amount, iban, receiver)
    }
}

impl PayoutText {
    pub(super) fn of_parts(amount: &str, iban: &str, receiver: &str) -> Result<Self, String> {
        Ok(Self {
            amount: amount
                .parse()
                .map_err(|error: AmountError| error.to_string())?,
            iban: Iban::new(iban).map_err(|error| error.to_string())?,
            receiver: receiver.to_owned(),
        })
    }
}

/// A field of a notification: `NAME=VALUE`.
#[derive(Clone)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) value: String,
}

impl FromStr for Field {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((name, value)) if !name.is_empty() => Ok(Self {
                name: name.to_owned(),
                value: value.to_owned(),
            }),
            _ => Err("a field is NAME=VALUE, such as currency=TL".to_owned()),
        }
    }
}

/// A day or a second, as the beginning of a range.
pub(super) fn range_start(text: &str) -> Result<paytr_core::wire::DateTime, DateError> {
    text.parse()
        .or_else(|_| text.parse().map(paytr_core::wire::Date::start))
}

/// A day or a second, as the end of a range.
pub(super) fn range_end(text: &str) -> Result<paytr_core::wire::DateTime, DateError> {
    text.parse()
        .or_else(|_| text.parse().map(paytr_core::wire::Date::end))
}

/// The kinds of notification, for help and completions too.
pub(super) fn kinds() -> impl TypedValueParser<Value = NotificationKind> {
    let names = NotificationKind::ALL.map(NotificationKind::as_str);
    PossibleValuesParser::new(names)
        .try_map(|name| -> Result<_, NotificationKindError> { name.parse() })
}

/// The tables of codes, for help and completions too.
pub(super) fn tables() -> impl TypedValueParser<Value = ErrorTable> {
    let names = ErrorTable::ALL.map(ErrorTable::name);
    PossibleValuesParser::new(names).try_map(|name| -> Result<_, UnknownTable> { name.parse() })
}
