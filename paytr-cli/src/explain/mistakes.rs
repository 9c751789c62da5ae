//! What people get wrong in a signed text.

use super::amounts;
use super::body::Body;
use super::encodings;
use super::formula::{self, Formula};
use super::joining::{left_out, moved, salt_moved, slips, swapped};
use super::signed_text::{KeyedWith, Piece, SignedText};
use super::values;

/// Something that people get wrong.
#[derive(Debug, Clone)]
pub(super) struct Mistake {
    pub(super) name: String,
    advice: &'static str,
    /// What to do about the second of two.
    also: Option<&'static str>,
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
            also: None,
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

    /// Both: `second` was made from the text of this one. `None` if both change the key.
    fn and(&self, second: Self) -> Option<Self> {
        let ((keyed, KeyedWith::Key) | (KeyedWith::Key, keyed)) = (self.keyed, second.keyed) else {
            return None;
        };
        Some(Self {
            name: format!("{}; and {}", self.name, second.name),
            advice: self.advice,
            also: Some(second.advice),
            text: second.text,
            keyed,
            is_likely: false,
        })
    }

    /// What to do about it.
    pub(super) fn advice(&self) -> String {
        match self.also.filter(|also| *also != self.advice) {
            Some(also) => format!("{}; {also}", self.advice),
            None => self.advice.to_owned(),
        }
    }
}

pub(super) const ORDER: &str =
    "join the fields in PayTR's order, with the salt where its formula has it";
const AMOUNT: &str = "sign the very text of the amount that is posted";
const REENCODED: &str = "build the JSON text once, and sign and post that very text";
const PLUS: &str = "percent-encode the form, and sign the text as it is before that";
const KIND: &str = "every kind has its formula and its address; check which one this body went to";
const RAW: &str = "decode the form once, then sign the values";

/// All of them for one body. The right text is not among them.
pub(super) fn all(formula: Formula, body: &Body, merchant_id: &str) -> Vec<Mistake> {
    let right = formula.text(body, merchant_id);
    let mut mistakes = values_and_salt(&right, body);
    mistakes.extend(slips(&right));
    mistakes.extend(other_kinds(formula, body, merchant_id));
    mistakes.extend(fields_elsewhere(&right));
    mistakes.retain(|mistake| mistake.text != right || mistake.keyed != KeyedWith::Key);
    mistakes
}

/// Two of them at a time, over one body: there are many, so they are made one by one.
pub(super) fn pairs(
    formula: Formula,
    body: &Body,
    merchant_id: &str,
) -> impl Iterator<Item = Mistake> {
    let right = formula.text(body, merchant_id);
    let mut firsts = values_and_salt(&right, body);
    firsts.extend(slips(&right));
    firsts.extend(other_kinds(formula, body, merchant_id));
    firsts.into_iter().flat_map(move |first| {
        let mut seconds = values_and_salt(&first.text, body);
        seconds.extend(slips(&first.text));
        seconds.extend(fields_elsewhere(&first.text));
        seconds
            .into_iter()
            .filter_map(move |second| first.and(second))
    })
}

/// What is done to the values, to the salt and to the secrets.
fn values_and_salt(right: &SignedText, body: &Body) -> Vec<Mistake> {
    let mut mistakes = vec![swapped(right)];
    mistakes.extend(salt_moved(right));
    mistakes.extend(units(right, body));
    mistakes.extend(reencoded(right, body));
    mistakes.extend(plus_signs(right));
    mistakes.extend(encoded(right, body));
    mistakes.extend(other_values(right));
    mistakes
}

/// A field that is not where the formula has it.
fn fields_elsewhere(right: &SignedText) -> Vec<Mistake> {
    let mut mistakes = left_out(right);
    mistakes.extend(moved(right));
    mistakes
}

fn other_values(right: &SignedText) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for (name, text) in fields(right) {
        for other in values::others(name, text) {
            let what = format!("{name} {}", other.how);
            let text = with_field(right, name, &other.value);
            mistakes.push(Mistake::rare(what, other.advice, text));
        }
    }
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

fn units(right: &SignedText, body: &Body) -> Vec<Mistake> {
    let is_amount = |name: &str| name.ends_with("amount") || name == "price";
    let mut mistakes = Vec::new();
    for (name, text) in fields(right).filter(|(name, _)| is_amount(name)) {
        for (spelling, unit) in amounts::usual(text) {
            let what = format!("amount units: {name} as {spelling}, {unit}");
            mistakes.push(Mistake::likely(
                what,
                AMOUNT,
                with_field(right, name, &spelling),
            ));
        }
        for (spelling, unit) in amounts::odd(text) {
            let what = format!("amount units: {name} as {spelling}, {unit}");
            let text = with_field(right, name, &spelling);
            mistakes.push(Mistake::rare(what, AMOUNT, text));
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
