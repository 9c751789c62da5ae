/// Random bytes. Ids of a fake need not be hard to guess, only different.
fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    #[expect(
        clippy::expect_used,
        reason = "equal ids would make tests lie; there is nothing to fall back to"
    )]
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

pub(in crate::testing) fn lower_hex_32() -> String {
    format!("{:032x}", u128::from_be_bytes(random()))
}

pub(in crate::testing) fn uuid() -> String {
    let mut text = lower_hex_32();
    for place in [20, 16, 12, 8] {
        text.insert(place, '-');
    }
    text
}

/// 20 letters and digits.
pub(in crate::testing) fn letters_and_digits() -> String {
    const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyzABCDEFG23";
    let bytes: [u8; 20] = random();
    bytes
        .iter()
        .filter_map(|byte| ALPHABET.get(usize::from(byte % 32)))
        .map(|byte| char::from(*byte))
        .collect()
}
