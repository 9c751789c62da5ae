/// Crockford's base32: no letters that are mistaken for digits.
pub(crate) const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// This many random letters and digits, five bits each.
pub(crate) fn random_characters<const LEN: usize>() -> String {
    let mut bytes = [0; LEN];
    #[expect(
        clippy::expect_used,
        reason = "without random bytes ids could be guessed or repeat: better to stop"
    )]
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    // 256 is a multiple of 32, so every character is equally likely.
    let characters = bytes
        .iter()
        .filter_map(|byte| ALPHABET.get(usize::from(byte % 32)));
    characters.map(|byte| char::from(*byte)).collect()
}
