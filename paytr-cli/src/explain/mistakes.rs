//! What people get wrong in a signed text.

use super::body::Body;
use super::encodings;
use super::formula::{self, Formula};
use super::signed_text::{KeyedWith, Piece, SignedText};

/// Something that people get wrong.
#[derive(Debug, Clone)]
pub(super) struct Mistake {
    pub(super) name: String,
    pub(super) advice: &'static str,
    pub(super) text: SignedText,
    pub(super) keyed: KeyedWith,
    /// Whether it is common enough to be listed even if it is not what happened.
    pub(super) is_likely: bool,
}

impl Mistake {
    pub(super) fn likely(name: impl Into<String>, advice: &'static str, text: SignedText) -> Self {
        Self {
            name: name.into(),
            advice,
            text,
            keyed: KeyedWith::Key,
            is_likely: true,
        }
    }

    pub(super) fn rare(name: impl Into<String>, advice: &'static str, text: SignedText) -> Self {
        Self {
            is_likely: false,
            ..Self::likely(name, advice, text)
        }
    }

    pub(super) fn keyed(self, keyed: KeyedWith) -> Self {
        Self { keyed, ..self }
    }
}

const SECRETS: &str = "check PAYTR_MERCHANT_KEY and PAYTR_MERCHANT_SALT against the merchant panel";
const ORDER: &str = "join the fields in PayTR's order, with the salt where its formula has it";
const AMOUNT: &str = "sign the very text of the amount that is posted";
const REENCODED: &str = "build the JSON text once, and sign and post that very text";
const PLUS: &str = "percent-encode the form, and sign the text as it is before that";
const KIND: &str = "every kind has its formula and its address; check which one this body went to";
const RAW: &str = "decode the form once, then sign the values";
const BLANK: &str = "trim the value; it was copied with a line break or a blank";

/// All of them for one body. The right text is not among them.
pub(super) fn all(formula: Formula, body: &Body, merchant_id: &str) -> Vec<Mistake> {
    let right = formula.text(body, merchant_id);
    let mut mistakes = vec![swapped(&right)];
    mistakes.extend(salt_moved(&right));
    mistakes.extend(amounts(&right, body));
    mistakes.extend(reencoded(&right, body));
    mistakes.extend(plus_signs(&right));
    mistakes.extend(encoded(&right, body));
    mistakes.extend(slips(&right));
    mistakes.extend(other_kinds(formula, body, merchant_id));
    mistakes.extend(left_out(&right));
    mistakes.extend(moved(&right));
    mistakes.retain(|mistake| mistake.text != right || mistake.keyed != KeyedWith::Key);
    mistakes
}

fn swapped(right: &SignedText) -> Mistake {
    let swap = |piece: &Piece| match piece {
        Piece::Salt => Piece::Key,
        other => other.clone(),
    };
    let pieces = right.pieces.iter().map(swap).collect();
    Mistake::likely("key and salt swapped", SECRETS, SignedText { pieces }).keyed(KeyedWith::Salt)
}

fn salt_moved(right: &SignedText) -> Vec<Mistake> {
    let is_salt = |piece: &Piece| *piece == Piece::Salt;
    let bare: Vec<_> = right
        .pieces
        .iter()
        .filter(|piece| !is_salt(piece))
        .cloned()
        .collect();
    let mut mistakes = Vec::new();
    for place in 0..=bare.len() {
        let mut pieces = bare.clone();
        pieces.insert(place, Piece::Salt);
        let name = match place.checked_sub(1).and_then(|before| bare.get(before)) {
            None => "salt first".to_owned(),
            Some(_) if place == bare.len() => "salt last".to_owned(),
            Some(Piece::Field(name, _)) => format!("salt after {name}"),
            Some(_) => "salt elsewhere".to_owned(),
        };
        let mut mistake = Mistake::likely(name, ORDER, SignedText { pieces });
        // In a long formula only the ends are likely.
        mistake.is_likely = bare.len() < 5 || place == 0 || place == bare.len();
        mistakes.push(mistake);
    }
    let without = SignedText { pieces: bare };
    mistakes.push(Mistake::likely("salt left out", ORDER, without));
    mistakes
}

/// The text with another value of a field.
fn with_field(right: &SignedText, field: &str, value: &str) -> SignedText {
    let change = |piece: &Piece| match piece {
        Piece::Field(name, _) if *name == field => Piece::Field(name, value.to_owned()),
        other => other.clone(),
    };
    SignedText {
        pieces: right.pieces.iter().map(change).collect(),
    }
}

fn fields(right: &SignedText) -> impl Iterator<Item = (&'static str, &str)> {
    right.pieces.iter().filter_map(|piece| match piece {
        Piece::Field(name, text) => Some((*name, text.as_str())),
        _ => None,
    })
}

fn amounts(right: &SignedText, body: &Body) -> Vec<Mistake> {
    let is_amount = |name: &str| name.ends_with("amount") || name == "price";
    let mut mistakes = Vec::new();
    for (name, text) in fields(right).filter(|(name, _)| is_amount(name)) {
        for (spelling, unit) in encodings::amounts(text) {
            let what = format!("amount units: {name} as {spelling}, {unit}");
            mistakes.push(Mistake::likely(
                what,
                AMOUNT,
                with_field(right, name, &spelling),
            ));
        }
        let requested = body.get("payment_amount");
        if let Some(requested) = requested.filter(|_| name == "total_amount") {
            let what = "payment_amount instead of total_amount";
            mistakes.push(Mistake::likely(
                what,
                ORDER,
                with_field(right, name, requested),
            ));
        }
    }
    mistakes
}

fn reencoded(right: &SignedText, body: &Body) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for (name, text) in fields(right) {
        let (what, ways) = match name {
            "user_basket" => ("re-encoded basket", encodings::basket(text)),
            "trans_ids" | "installment_options" => ("re-encoded list", encodings::json(text)),
            _ => continue,
        };
        for (other, way) in ways {
            let what = format!("{what}: {way}");
            mistakes.push(Mistake::likely(
                what,
                REENCODED,
                with_field(right, name, &other),
            ));
        }
    }
    if let Some(slashed) = body.get("trans_ids").filter(|text| text.contains('\\')) {
        let text = with_field(right, "trans_ids", slashed);
        let advice = "remove every backslash of trans_ids before signing";
        mistakes.push(Mistake::likely(
            "backslashes of trans_ids kept",
            advice,
            text,
        ));
    }
    mistakes
}

fn plus_signs(right: &SignedText) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for (name, text) in fields(right) {
        for (from, to, what) in [
            ("+", " ", "a blank for every plus sign"),
            ("+", "", "plus signs removed"),
            (" ", "+", "a plus sign for every blank"),
        ] {
            if text.contains(from) {
                let what = format!("stripped +: {name} with {what}");
                let text = with_field(right, name, &text.replace(from, to));
                mistakes.push(Mistake::likely(what, PLUS, text));
            }
        }
    }
    mistakes
}

fn encoded(right: &SignedText, body: &Body) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for (name, text) in fields(right) {
        let again: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
        let mut others = vec![
            (again, "signed percent-encoded"),
            (
                encodings::decoded_again(text),
                "percent-encoded twice in the form",
            ),
        ];
        if let Some(raw) = body.raw(name) {
            others.push((
                raw.to_owned(),
                "signed as it stands in the form, not decoded",
            ));
        }
        for (other, what) in others {
            if other != text {
                let what = format!("{name} {what}");
                mistakes.push(Mistake::likely(what, RAW, with_field(right, name, &other)));
            }
        }
    }
    mistakes
}

/// Line breaks and blanks behind a secret or a field.
fn slips(right: &SignedText) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for (slip, what) in [
        ("\n", "line break"),
        ("\r\n", "line break (CR LF)"),
        (" ", "blank"),
    ] {
        let key = Mistake::likely(format!("{what} behind the key"), BLANK, right.clone());
        mistakes.push(key.keyed(KeyedWith::KeyAnd(slip)));
        for (index, piece) in right.pieces.iter().enumerate() {
            let mut pieces = right.pieces.clone();
            pieces.insert(index + 1, Piece::Slip(slip));
            let name = match piece {
                Piece::Field(name, _) => name,
                _ => "the salt",
            };
            let mut mistake = Mistake::likely(
                format!("{what} behind {name}"),
                BLANK,
                SignedText { pieces },
            );
            mistake.is_likely = slip == "\n" && *piece == Piece::Salt;
            mistakes.push(mistake);
        }
    }
    for mistake in &mut mistakes {
        mistake.is_likely &= mistake.name.starts_with("line break behind");
    }
    mistakes
}

fn other_kinds(formula: Formula, body: &Body, merchant_id: &str) -> Vec<Mistake> {
    let right = formula.text(body, merchant_id);
    let others = formula::ALL.into_iter().filter(|other| other.is_in(body));
    let mistake = |other: Formula| {
        let what = format!("hash of another kind: {}", other.name);
        Mistake::likely(what, KIND, other.text(body, merchant_id))
    };
    let mut mistakes: Vec<_> = others.map(mistake).collect();
    if let Some(result) = body.get("processed_result") {
        let mut text = right;
        text.pieces
            .retain(|piece| !matches!(piece, Piece::Field("merchant_id", _)));
        text.pieces
            .insert(1, Piece::Field("processed_result", result.to_owned()));
        mistakes.push(Mistake::rare("processed_result signed too", ORDER, text));
    }
    mistakes
}

fn left_out(right: &SignedText) -> Vec<Mistake> {
    let mistake = |(index, piece): (usize, &Piece)| {
        let Piece::Field(name, text) = piece else {
            return None;
        };
        let mut pieces = right.pieces.clone();
        pieces.remove(index);
        let what = format!("{name} left out");
        (!text.is_empty()).then(|| Mistake::rare(what, ORDER, SignedText { pieces }))
    };
    right
        .pieces
        .iter()
        .enumerate()
        .filter_map(mistake)
        .collect()
}

/// Every field at every other place.
fn moved(right: &SignedText) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for (from, piece) in right.pieces.iter().enumerate() {
        let Piece::Field(name, _) = piece else {
            continue;
        };
        for to in 0..right.pieces.len() {
            let mut pieces = right.pieces.clone();
            let piece = pieces.remove(from);
            pieces.insert(to, piece);
            let what = format!("fields in another order: {name} elsewhere");
            mistakes.push(Mistake::rare(what, ORDER, SignedText { pieces }));
        }
    }
    mistakes
}
