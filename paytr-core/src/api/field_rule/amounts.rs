use super::shape::{Broken, is_digits};
use crate::amount::{parse_major, parse_minor};
use crate::api::{InvalidRequest, invalid};

const MINOR: &str = "whole minor units, digits only: 3456 for 34.56";
const MAJOR: &str = "major units with a dot and at most two decimals: 34.56";

/// Minor units, as get-token, links and transfers take them.
pub(super) fn minor_units(field: &'static str, text: &str, min: u64) -> Result<(), Broken> {
    let Some(amount) = parse_minor(text.as_bytes()) else {
        let rule = InvalidRequest::Shape { field, rule: MINOR };
        return Err((rule, why_not(text)));
    };
    invalid::minor_units_from(field, min, amount)
        .map_err(|rule| (rule, "it is less or more than PayTR takes"))
}

/// Major units, as the Direct API and refunds take them.
pub(super) fn major_units(field: &'static str, text: &str) -> Result<(), Broken> {
    let rule = InvalidRequest::Shape { field, rule: MAJOR };
    let amount = parse_major(text).and_then(|amount| u64::try_from(amount).ok());
    let Some(amount) = amount.filter(|_| !text.contains(',')) else {
        let decimals = text.split_once('.').map_or("", |(_, decimals)| decimals);
        let is_long = decimals.len() > 2 && is_digits(decimals);
        return Err((
            rule,
            if is_long {
                "it has more than two decimals"
            } else {
                why_not(text)
            },
        ));
    };
    invalid::minor_units_from(field, 1, amount)
        .map_err(|rule| (rule, "it is less or more than PayTR takes"))
}

/// Either of both.
pub(super) fn any_units(field: &'static str, text: &str) -> Result<(), Broken> {
    minor_units(field, text, 1).or_else(|_| major_units(field, text))
}

fn why_not(text: &str) -> &'static str {
    if text.contains(',') {
        "it has a comma"
    } else if text.contains('.') {
        "it has a decimal mark"
    } else if is_digits(text) {
        "it begins with a zero, or is far too long"
    } else {
        "it has other characters than digits"
    }
}
