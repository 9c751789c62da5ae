//! Values of answers: fields, times and random identifiers.

use std::time::SystemTime;

use serde_json::{Map, Value};

/// The fields of a JSON object.
pub(in crate::testing) fn fields(json: Value) -> Map<String, Value> {
    match json {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

/// `2018-03-14T07:58:39.519707Z`.
pub(super) fn time_text(moment: SystemTime) -> Value {
    match jiff::Timestamp::try_from(moment) {
        Ok(moment) => format!("{moment:.6}").into(),
        Err(_) => Value::Null,
    }
}

pub(super) fn lower_hex_32() -> String {
    format!("{:032x}", u128::from_be_bytes(random()))
}

pub(super) fn uuid() -> String {
    let mut text = lower_hex_32();
    for place in [20, 16, 12, 8] {
        text.insert(place, '-');
    }
    text
}

/// 20 letters and digits.
pub(super) fn letters_and_digits() -> String {
    const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyzABCDEFG23";
    let bytes: [u8; 20] = random();
    bytes
        .iter()
        .filter_map(|byte| ALPHABET.get(usize::from(byte % 32)))
        .map(|byte| char::from(*byte))
        .collect()
}

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
