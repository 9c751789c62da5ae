//! Random bytes of the operating system.

/// `N` random bytes.
///
/// # Panics
///
/// If the operating system has no randomness to give.
pub(crate) fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    #[expect(
        clippy::expect_used,
        reason = "guessable nonces would be worse than no answer; there is nothing to fall back to"
    )]
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}
