use paytr_core::Refusal;
use paytr_core::errors::ErrorMeaning;

use super::Plain;

/// PayTR's "no" for a person: what it said, what that means, what to do.
pub(crate) fn refusal_text(refusal: &Refusal) -> String {
    let code = refusal.code.as_ref();
    let code = code.map(|code| format!(", error {}", Plain(code)));
    let mut text = format!(
        "PayTR refused ({}{}): {}",
        refusal.scope,
        code.unwrap_or_default(),
        Plain(&refusal.message)
    );
    match refusal.meaning() {
        Some(meaning) => {
            text.push('\n');
            text.push_str(&meaning_lines(meaning));
        }
        None if refusal.message.contains("paytr_token") => text.push_str(
            "\n  what to do: check merchant key and salt, the buyer's IP address (public IPv4), and \
             that the store may use this service",
        ),
        None => {}
    }
    text
}

/// Both languages and the advice, a line each.
fn meaning_lines(meaning: &ErrorMeaning) -> String {
    format!(
        "  Turkish: {}\n  English: {}\n  what to do: {}",
        meaning.turkish, meaning.english, meaning.advice
    )
}
