//! Typed fields of a reply. A field that is absent, null or empty is `None`.

use paid_once::{Currency, Money};

use crate::reply::JsonReply;
use crate::{DecodeError, Percent, ReplyDate, SignedMoney, amount};

impl JsonReply {
    /// A scalar as text that is not empty.
    pub(crate) fn filled(&self, name: &str) -> Option<String> {
        self.text(name).filter(|text| !text.is_empty())
    }

    /// An amount in major units that decides something: it must be readable and not below zero.
    pub(crate) fn required_money(
        &self,
        name: &'static str,
        currency: Currency,
    ) -> Result<Money, DecodeError> {
        let text = self.required(name)?;
        amount::money_from_major(&text, currency).map_err(|_| DecodeError::Value { name })
    }

    /// An amount in major units, below zero too.
    pub(crate) fn signed_money(
        &self,
        name: &'static str,
        currency: Currency,
    ) -> Result<Option<SignedMoney>, DecodeError> {
        self.filled(name)
            .map(|text| {
                amount::parse_major(&text)
                    .map(|minor_units| SignedMoney::new(minor_units, currency))
                    .ok_or(DecodeError::Value { name })
            })
            .transpose()
    }

    /// A currency by PayTR's name; lira when there is none.
    pub(crate) fn currency(&self, name: &'static str) -> Result<Currency, DecodeError> {
        amount::parse_currency(&self.text(name).unwrap_or_default())
            .ok_or(DecodeError::Value { name })
    }

    /// A percentage; `None` too when it cannot be read, because it decides nothing.
    pub(crate) fn percent(&self, name: &str) -> Option<Percent> {
        Percent::parse(&self.filled(name)?)
    }

    /// A date, whatever its spelling.
    pub(crate) fn date(&self, name: &str) -> Option<ReplyDate> {
        self.filled(name).map(|text| ReplyDate::new(&text))
    }

    /// A code of one of the open enums.
    pub(crate) fn code<T: for<'a> From<&'a str>>(&self, name: &str) -> Option<T> {
        self.filled(name).map(|code| T::from(&code))
    }

    /// A `y`/`n` flag in any case; `None` too for another text.
    pub(crate) fn yes_no(&self, name: &str) -> Option<bool> {
        match self.filled(name)?.as_str() {
            "y" | "Y" => Some(true),
            "n" | "N" => Some(false),
            _ => None,
        }
    }

    /// A small number, such as a count of instalments; `None` too when it is not one.
    pub(crate) fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.filled(name)?.parse().ok()
    }

    /// A count of instalments: `0` and `1` both mean a single payment, which is `1` here.
    pub(crate) fn installments(&self, name: &str) -> Option<u8> {
        self.number(name).map(|count: u8| count.max(1))
    }
}
