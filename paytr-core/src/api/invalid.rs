use paid_once::Currency;

use crate::amount;

/// A request with values that PayTR is known to refuse. Nothing was sent. Never shows a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidRequest {
    /// Empty or too long.
    #[error("{field} has {min} to {max} characters")]
    Length {
        /// The field, by PayTR's name.
        field: &'static str,
        /// The fewest characters.
        min: usize,
        /// The most characters.
        max: usize,
    },
    /// Characters or a shape that PayTR does not take.
    #[error("{field}: {rule}")]
    Shape {
        /// The field, by PayTR's name.
        field: &'static str,
        /// What it must look like.
        rule: &'static str,
    },
    /// A number outside its range.
    #[error("{field} is {min} to {max}")]
    Range {
        /// The field, by PayTR's name.
        field: &'static str,
        /// The smallest.
        min: u64,
        /// The largest.
        max: u64,
    },
}

/// Checks a length in characters.
pub(super) fn length(
    field: &'static str,
    text: &str,
    min: usize,
    max: usize,
) -> Result<(), InvalidRequest> {
    let count = text.trim().chars().count();
    if count < min || text.chars().count() > max {
        return Err(InvalidRequest::Length { field, min, max });
    }
    Ok(())
}

/// Checks an e-mail address as far as PayTR does: at most 100 ASCII characters around an `@`.
pub(super) fn email(field: &'static str, text: &str) -> Result<(), InvalidRequest> {
    length(field, text, 3, 100)?;
    let plain = text.is_ascii() && !text.contains(|c: char| c.is_ascii_control() || c == ' ');
    let around_at = text
        .split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'));
    if !plain || !around_at {
        return Err(InvalidRequest::Shape {
            field,
            rule: "an address of ASCII characters, without Turkish letters and blanks",
        });
    }
    Ok(())
}

/// The largest amount, in minor units, that is known to be taken.
pub(super) const MOST_MINOR_UNITS: u64 = 99_999_999_999;

/// Checks an amount in minor units.
pub(super) fn minor_units_from(
    field: &'static str,
    min: u64,
    minor_units: u64,
) -> Result<(), InvalidRequest> {
    if !(min..=MOST_MINOR_UNITS).contains(&minor_units) {
        return Err(InvalidRequest::Range {
            field,
            min,
            max: MOST_MINOR_UNITS,
        });
    }
    Ok(())
}

/// Checks that PayTR takes the currency, and returns its name there.
pub(super) fn currency(currency: Currency) -> Result<&'static str, InvalidRequest> {
    amount::currency_text(currency).ok_or(InvalidRequest::Shape {
        field: "currency",
        rule: "one of TRY, EUR, USD, GBP, RUB",
    })
}

/// A basket without a row.
pub(super) const NO_ROWS: InvalidRequest = InvalidRequest::Shape {
    field: "user_basket",
    rule: "at least one row",
};

/// Checks an absolute web address of at most 400 characters.
pub(super) fn return_url(field: &'static str, text: &str) -> Result<(), InvalidRequest> {
    length(field, text, 1, 400)?;
    let is_web = url::Url::parse(text)
        .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if !is_web {
        return Err(InvalidRequest::Shape {
            field,
            rule: "an absolute http or https address",
        });
    }
    Ok(())
}

/// Checks an address that PayTR itself calls.
pub(super) fn callback_url(field: &'static str, text: &str) -> Result<(), InvalidRequest> {
    return_url(field, text)?;
    if !is_public(text) {
        return Err(InvalidRequest::Shape {
            field,
            rule: "a public address without a port",
        });
    }
    Ok(())
}

/// Whether PayTR would call the address: it refuses `localhost` and every port that is written out.
fn is_public(text: &str) -> bool {
    let Ok(url) = url::Url::parse(text) else {
        return false;
    };
    // The parser drops a port that is the default one of the scheme, but PayTR sees it in the text.
    let authority = text
        .split_once("://")
        .map(|(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let has_port = authority.is_none_or(|authority| {
        let host = authority.rsplit('@').next().unwrap_or_default();
        host.rsplit(']').next().unwrap_or_default().contains(':')
    });
    let is_here = match url.host() {
        Some(url::Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        Some(url::Host::Ipv4(address)) => address.is_loopback() || address.is_unspecified(),
        Some(url::Host::Ipv6(address)) => address.is_loopback() || address.is_unspecified(),
        None => true,
    };
    !has_port && !is_here
}
