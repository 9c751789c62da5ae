//! Plain text to standard output and standard error.

use std::error::Error;
use std::fmt::{self, Write as _};
use std::io::{self, Write as _};

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

/// Says something beside the result. That it cannot be said stops nothing.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_spelled_out_and_turkish_letters_are_not() {
        let text = Plain("Şişe \u{1b}[2J\u{7}\u{202e}ğ").to_string();
        assert_eq!(text, r"Şişe \u{1b}[2J\u{7}\u{202e}ğ");
    }
}
