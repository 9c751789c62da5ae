//! Plain text to standard output and standard error; amounts are in major units with a dot and two
//! decimals.

use std::error::Error;
use std::fmt::{self, Write as _};
use std::io::{self, Write as _};

use paytr_core::wire::SignedMoney;
use paytr_core::{Currency, Money};

use crate::exit::Failure;

/// Text from outside without what could steer a terminal.
pub(crate) struct Plain<'a>(pub(crate) &'a str);

impl fmt::Display for Plain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            if character.is_control() || is_bidi(character) {
                write!(f, "{}", character.escape_unicode())?;
            } else {
                f.write_char(character)?;
            }
        }
        Ok(())
    }
}

/// Characters that turn the direction of what follows them.
fn is_bidi(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Writes a text and a line break to standard output.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    if !text.ends_with('\n') {
        out.write_all(b"\n")?;
    }
    Ok(out.flush()?)
}

/// Prints a remark on the standard error. A failure to print it is no error.
pub(crate) fn tell(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Says why a command stopped.
pub(crate) fn complain(text: &str) {
    if !text.is_empty() {
        tell(&format!("paytr: {text}"));
    }
}

/// An error and its causes in one line.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut texts: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(cause) = next {
        let text = Plain(&cause.to_string()).to_string();
        // Some errors repeat the text of their cause.
        if !texts.iter().any(|known| known.contains(&text)) {
            texts.push(text);
        }
        next = cause.source();
    }
    texts.join(": ")
}

/// `34.56`.
pub(crate) fn money_text(money: Money) -> String {
    signed_text(i64::try_from(money.minor_units()).unwrap_or(i64::MAX))
}

/// `-34.56`.
pub(crate) fn signed_text(minor_units: i64) -> String {
    let sign = if minor_units < 0 { "-" } else { "" };
    let amount = minor_units.unsigned_abs();
    format!("{sign}{}.{:02}", amount / 100, amount % 100)
}

/// PayTR's name of the currency that some amounts have in common.
pub(crate) fn currency_name(amounts: &[Option<SignedMoney>]) -> String {
    let currency = amounts.iter().flatten().next().map(SignedMoney::currency);
    match currency {
        Some(Currency::TRY) => "TL".to_owned(),
        Some(currency) => currency.to_string(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_keep_their_sign_and_both_decimals() {
        for (minor_units, text) in [(0, "0.00"), (-5, "-0.05"), (3_456, "34.56"), (100, "1.00")] {
            assert_eq!(signed_text(minor_units), text);
        }
    }

    #[test]
    fn what_steers_a_terminal_is_spelled_out_and_turkish_letters_are_not() {
        let text = Plain("Şişe \u{1b}[2J\u{7}\u{202e}ğ").to_string();
        assert_eq!(text, r"Şişe \u{1b}[2J\u{7}\u{202e}ğ");
    }
}
