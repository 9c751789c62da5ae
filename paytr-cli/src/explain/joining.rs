//! What people get wrong when they join the text: secrets, the place of the salt, the order of the
//! fields, and what slips in between.

use super::mistakes::{Mistake, ORDER};
use super::signed_text::{KeyedWith, Piece, SignedText};

const SECRETS: &str = "check PAYTR_MERCHANT_KEY and PAYTR_MERCHANT_SALT against the merchant panel";
const BLANK: &str = "trim the value; it was copied with a line break or a blank";

pub(super) fn swapped(right: &SignedText) -> Mistake {
    let swap = |piece: &Piece| match piece {
        Piece::Salt => Piece::Key,
        other => other.clone(),
    };
    let pieces = right.pieces.iter().map(swap).collect();
    Mistake::likely("key and salt swapped", SECRETS, SignedText { pieces }).keyed(KeyedWith::Salt)
}

pub(super) fn salt_moved(right: &SignedText) -> Vec<Mistake> {
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

/// Line breaks and blanks behind a secret or a field, and the mark that some editors put first.
pub(super) fn slips(right: &SignedText) -> Vec<Mistake> {
    let mut marked = right.clone();
    marked.pieces.insert(0, Piece::Slip("\u{feff}"));
    let what = "byte order mark before the signed text";
    let mut mistakes = vec![Mistake::rare(what, BLANK, marked)];
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

pub(super) fn left_out(right: &SignedText) -> Vec<Mistake> {
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
pub(super) fn moved(right: &SignedText) -> Vec<Mistake> {
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
