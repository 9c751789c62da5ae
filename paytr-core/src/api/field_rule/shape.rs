use std::net::{IpAddr, Ipv4Addr};

use super::{amounts, basket};
use crate::MerchantOid;
use crate::api::{Iban, InvalidRequest, invalid};
use crate::wire::DateTime;

/// A rule that does not hold, and why.
pub(super) type Broken = (InvalidRequest, &'static str);

/// What a value looks like.
#[derive(Debug, Clone, Copy)]
pub(in crate::api) enum Shape {
    /// So many characters.
    Text {
        min: usize,
        max: usize,
    },
    /// ASCII letters and digits, 1 to `max`.
    Id {
        max: usize,
    },
    Email,
    /// `0` or `1`.
    Flag,
    /// Digits, within a range.
    Number {
        min: u64,
        max: u64,
    },
    /// Exactly this many digits, in words.
    Digits {
        count: usize,
        rule: &'static str,
    },
    /// A Turkish mobile phone.
    MobilePhone,
    /// One of these, in words.
    OneOf {
        values: &'static [&'static str],
        rule: &'static str,
    },
    /// An amount in minor units, at least so much.
    MinorUnits {
        min: u64,
    },
    /// An amount in major units with a dot, above zero.
    MajorUnits,
    /// Either: sources disagree.
    AnyUnits,
    /// `max_installment` of get-token: 0, 2 to 12; 1 beside `no_installment=1`.
    MaxInstallment,
    /// `installment_count` of the Direct API: 0, 2 to 12.
    InstallmentCount,
    /// The address of the buyer.
    BuyerIp,
    /// The basket of get-token.
    BasketInBase64,
    /// The totals of BKM Express: one line of JSON.
    JsonObject,
    /// An address that a browser is sent to.
    ReturnUrl,
    /// An address that PayTR itself calls.
    CallbackUrl,
    /// `YYYY-MM-DD hh:mm:ss`.
    DateTime,
    /// A Turkish account.
    Iban,
    /// The name of who gets money.
    Receiver,
    /// The payouts of a cashout.
    Payouts,
}

/// An order id.
pub(in crate::api) const ORDER_ID: Shape = Shape::Id {
    max: MerchantOid::MAX_LEN,
};
/// Currencies by PayTR's names.
pub(in crate::api) const CURRENCY: Shape = Shape::OneOf {
    values: &["TL", "TRY", "EUR", "USD", "GBP", "RUB"],
    rule: "one of TL, TRY, EUR, USD, GBP, RUB",
};
/// Languages of PayTR's pages.
pub(in crate::api) const LANGUAGE: Shape = Shape::OneOf {
    values: &["tr", "en"],
    rule: "tr or en",
};
/// A time limit in minutes.
pub(in crate::api) const MINUTES: Shape = Shape::Number {
    min: 1,
    max: u32::MAX as u64,
};

impl Shape {
    pub(super) fn is_live_only(self) -> bool {
        matches!(self, Self::BuyerIp)
    }

    /// Checks a value. `get` reads the other fields of the form.
    pub(super) fn check<'a>(
        self,
        field: &'static str,
        text: &str,
        get: &dyn Fn(&str) -> Option<&'a str>,
    ) -> Result<(), Broken> {
        let shape = |rule| InvalidRequest::Shape { field, rule };
        match self {
            Self::Text { min, max } => length(field, text, min, max),
            Self::Id { max } => id(field, text, max),
            Self::Email => email(field, text),
            Self::Flag => {
                let fits = matches!(text, "0" | "1");
                holds(fits, shape("0 or 1"), "neither 0 nor 1")
            }
            Self::Number { min, max } => number(field, text, min, max),
            Self::Digits { count, rule } => {
                let fits = text.len() == count && is_digits(text);
                holds(
                    fits,
                    shape(rule),
                    "other characters, or another number of them",
                )
            }
            Self::MobilePhone => {
                let fits = text.len() == 11 && text.starts_with("05") && is_digits(text);
                holds(
                    fits,
                    shape("11 digits that start with 05"),
                    "another way to write a phone",
                )
            }
            Self::OneOf { values, rule } => holds(
                values.contains(&text),
                shape(rule),
                "no value that PayTR knows",
            ),
            Self::MinorUnits { min } => amounts::minor_units(field, text, min),
            Self::MajorUnits => amounts::major_units(field, text),
            Self::AnyUnits => amounts::any_units(field, text),
            Self::MaxInstallment => max_installment(field, text, get("no_installment")),
            Self::InstallmentCount => {
                let rule = InvalidRequest::Shape {
                    field,
                    rule: "0 for a single payment, else 2 to 12",
                };
                holds(is_count(text), rule, "no count of instalments")
            }
            Self::BuyerIp => buyer_ip(field, text),
            Self::BasketInBase64 => basket::in_base64(field, text),
            Self::JsonObject => {
                let rule = "one line of JSON: an object of card programs, or nothing";
                holds(
                    basket::is_object_in_one_line(text),
                    shape(rule),
                    "no JSON object in one line",
                )
            }
            Self::ReturnUrl => invalid::return_url(field, text)
                .map_err(|rule| (rule, "no absolute web address, or too long")),
            Self::CallbackUrl => invalid::callback_url(field, text)
                .map_err(|rule| (rule, "an address that PayTR does not call")),
            Self::DateTime => {
                let fits = text.parse::<DateTime>().is_ok();
                holds(
                    fits,
                    shape("YYYY-MM-DD hh:mm:ss"),
                    "another way to write a time",
                )
            }
            Self::Iban => iban(field, text),
            Self::Receiver => {
                let rule =
                    "first and last name, each of two letters or more, or the name of a company";
                holds(is_receiver(text), shape(rule), "no whole name")
            }
            Self::Payouts => basket::payouts(field, text),
        }
    }
}

pub(super) fn holds(fits: bool, rule: InvalidRequest, why: &'static str) -> Result<(), Broken> {
    fits.then_some(()).ok_or((rule, why))
}

pub(super) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn length(field: &'static str, text: &str, min: usize, max: usize) -> Result<(), Broken> {
    let is_long = text.chars().count() > max;
    let why = if is_long {
        "it is too long"
    } else {
        "it is too short"
    };
    invalid::length(field, text, min, max).map_err(|rule| (rule, why))
}

fn id(field: &'static str, text: &str, max: usize) -> Result<(), Broken> {
    if text.len() > max {
        let rule = InvalidRequest::Length { field, min: 1, max };
        return Err((rule, "it is too long"));
    }
    let rule = InvalidRequest::Shape {
        field,
        rule: "ASCII letters and digits only, without - and _",
    };
    let why = match text.bytes().all(|byte| byte.is_ascii_graphic()) {
        true if text.contains('-') => "it has a dash",
        true => "it has a character that is no letter and no digit",
        false => "it has a blank or a letter outside ASCII",
    };
    let fits = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    holds(fits && !text.is_empty(), rule, why)
}

fn email(field: &'static str, text: &str) -> Result<(), Broken> {
    let why = if !text.is_ascii() {
        "it has a letter outside ASCII"
    } else if text.contains(char::is_whitespace) {
        "it has a blank or a line break"
    } else {
        "no address, or too long"
    };
    invalid::email(field, text).map_err(|rule| (rule, why))
}

fn number(field: &'static str, text: &str, min: u64, max: u64) -> Result<(), Broken> {
    let rule = InvalidRequest::Range { field, min, max };
    holds(is_digits(text), rule, "other characters than digits")?;
    let fits = text
        .parse()
        .is_ok_and(|number| (min..=max).contains(&number));
    holds(fits, rule, "it is out of range")
}

fn is_count(text: &str) -> bool {
    is_digits(text) && matches!(text.parse(), Ok(0_u64 | 2..=12))
}

/// PayTR's own modules send 1 together with `no_installment=1`.
fn max_installment(
    field: &'static str,
    text: &str,
    no_installment: Option<&str>,
) -> Result<(), Broken> {
    if no_installment == Some("1") && text == "1" || is_count(text) {
        return Ok(());
    }
    let rule = InvalidRequest::Shape {
        field,
        rule: "0 for as many as allowed, else 2 to 12; for a single payment no_installment=1",
    };
    Err((rule, "no count of instalments"))
}

fn buyer_ip(field: &'static str, text: &str) -> Result<(), Broken> {
    let rule = InvalidRequest::Shape {
        field,
        rule: "the public IPv4 address of the buyer's browser, one and without a port",
    };
    let why = match text.parse() {
        Ok(IpAddr::V4(address)) if is_public(address) => return Ok(()),
        Ok(IpAddr::V4(address)) if address.is_loopback() => "an address of this machine",
        Ok(IpAddr::V4(_)) => "an address of a private network",
        Ok(IpAddr::V6(address)) if address.to_ipv4_mapped().is_some() => {
            "an IPv4 address written as IPv6: leave ::ffff: out"
        }
        Ok(IpAddr::V6(_)) => "an IPv6 address",
        Err(_) if text.contains([',', ';', ' ']) => "more than one address",
        Err(_) => "no address, or one with a port",
    };
    Err((rule, why))
}

fn is_public(address: Ipv4Addr) -> bool {
    // 100.64.0.0/10 stands behind the network of a provider.
    let [first, second, ..] = address.octets();
    let is_shared = first == 100 && (64..128).contains(&second);
    !(is_shared
        || first == 0
        || first >= 224
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local())
}

fn iban(field: &'static str, text: &str) -> Result<(), Broken> {
    let (rule, why) = match Iban::new(text) {
        Ok(_) => return Ok(()),
        Err(InvalidRequest::Shape { rule, .. }) => (rule, "no Turkish account number"),
        Err(other) => return Err((other, "no Turkish account number")),
    };
    Err((InvalidRequest::Shape { field, rule }, why))
}

fn is_receiver(text: &str) -> bool {
    let names: Vec<_> = text.split_whitespace().collect();
    let is_name = |name: &&str| name.chars().count() >= 2;
    names.len() >= 2
        && names.first().is_some_and(is_name)
        && names.last().is_some_and(is_name)
        && !text.contains(char::is_control)
}
