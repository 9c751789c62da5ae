use paytr_core::Credentials;

use crate::StartError;

const LETTERS_AND_DIGITS: &[u8; 62] =
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// A merchant id that PayTR could not issue: it starts with a zero.
const SANDBOX_MERCHANT: &str = "000001";

/// A text of random letters and digits.
pub(crate) fn text(length: usize) -> Result<String, StartError> {
    let mut text = String::with_capacity(length);
    let mut bytes = [0_u8; 64];
    while text.len() < length {
        getrandom::fill(&mut bytes).map_err(|_| StartError::NoRandomness)?;
        // Bytes above the last whole multiple of 62 would make the first letters likelier.
        let even = bytes.iter().filter(|byte| **byte < 248);
        let letters = even.filter_map(|byte| LETTERS_AND_DIGITS.get(usize::from(byte % 62)));
        text.extend(
            letters
                .take(length - text.len())
                .map(|byte| char::from(*byte)),
        );
    }
    Ok(text)
}

/// Credentials of a new sandbox merchant.
pub(crate) fn credentials() -> Result<Credentials, StartError> {
    loop {
        // By chance a random text may look like a placeholder; then another one is made.
        if let Ok(made) = Credentials::new(SANDBOX_MERCHANT, text(16)?, text(16)?) {
            return Ok(made);
        }
    }
}
