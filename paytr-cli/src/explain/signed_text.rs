use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::output::Plain;
use crate::settings::Secrets;

/// A part of a signed text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// A field by its name, and its text.
    Field(&'static str, String),
    Salt,
    Key,
    /// What slipped in, such as a line break.
    Slip(&'static str),
}

/// What is signed: pieces without separators.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SignedText {
    pub(super) pieces: Vec<Piece>,
}

/// What the HMAC is keyed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyedWith {
    Key,
    Salt,
    /// The key and what slipped in behind it.
    KeyAnd(&'static str),
}

/// The first byte at which two texts differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Difference {
    /// Counted from 1, in the right text; one more than it has if it ends there.
    pub(crate) byte: usize,
    /// Where that is, and what stands there and what the other text has.
    pub(crate) place: String,
    /// The other text from there on, its beginning.
    pub(crate) instead: String,
}

/// A byte, or the position in a secret.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Byte(u8),
    Salt(usize),
    Key(usize),
}

impl SignedText {
    /// The HMAC-SHA256.
    pub(super) fn mac(&self, keyed: KeyedWith, secrets: &Secrets) -> [u8; 32] {
        let key = match keyed {
            KeyedWith::Key => secrets.key.as_bytes().to_vec(),
            KeyedWith::Salt => secrets.salt.as_bytes().to_vec(),
            KeyedWith::KeyAnd(slip) => [secrets.key.as_bytes(), slip.as_bytes()].concat(),
        };
        let key = zeroize::Zeroizing::new(key);
        #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("HMAC takes a key of any length");
        for piece in &self.pieces {
            mac.update(match piece {
                Piece::Field(_, text) => text.as_bytes(),
                Piece::Salt => secrets.salt.as_bytes(),
                Piece::Key => secrets.key.as_bytes(),
                Piece::Slip(text) => text.as_bytes(),
            });
        }
        mac.finalize().into_bytes().into()
    }

    /// The text with `<salt>` and `<key>` where they stand.
    pub(super) fn shown(&self) -> String {
        let shown = self.pieces.iter().map(|piece| match piece {
            Piece::Field(_, text) => Plain(text).to_string(),
            Piece::Salt => "<salt>".to_owned(),
            Piece::Key => "<key>".to_owned(),
            Piece::Slip(text) => Plain(text).to_string(),
        });
        shown.collect()
    }

    /// Where `other` first differs; `None` if it is the same text.
    pub(super) fn difference(&self, other: &Self, secrets: &Secrets) -> Option<Difference> {
        let (ours, theirs) = (self.units(secrets), other.units(secrets));
        let same = ours.iter().zip(&theirs).take_while(|(a, b)| a == b).count();
        if same == ours.len() && same == theirs.len() {
            return None;
        }
        let (here, there) = (ours.get(same), theirs.get(same));
        Some(Difference {
            byte: same + 1,
            place: format!(
                "{}: {} is right, {} was signed",
                self.place_of(same, secrets),
                unit_text(here),
                unit_text(there)
            ),
            instead: shown_units(theirs.get(same..).unwrap_or_default()),
        })
    }

    fn units(&self, secrets: &Secrets) -> Vec<Unit> {
        let mut units = Vec::new();
        for piece in &self.pieces {
            match piece {
                Piece::Field(_, text) => units.extend(text.bytes().map(Unit::Byte)),
                Piece::Slip(text) => units.extend(text.bytes().map(Unit::Byte)),
                Piece::Salt => units.extend((0..secrets.salt.len()).map(Unit::Salt)),
                Piece::Key => units.extend((0..secrets.key.len()).map(Unit::Key)),
            }
        }
        units
    }

    /// The piece at an offset.
    fn place_of(&self, offset: usize, secrets: &Secrets) -> String {
        let mut start = 0;
        for piece in &self.pieces {
            let (name, length) = match piece {
                Piece::Field(name, text) => (*name, text.len()),
                Piece::Salt => ("<salt>", secrets.salt.len()),
                Piece::Key => ("<key>", secrets.key.len()),
                Piece::Slip(text) => ("slip", text.len()),
            };
            if offset < start + length {
                return format!("byte {} of {name}", offset - start + 1);
            }
            start += length;
        }
        "after the end".to_owned()
    }
}

fn unit_text(unit: Option<&Unit>) -> String {
    match unit {
        None => "nothing".to_owned(),
        Some(Unit::Salt(_)) => "<salt>".to_owned(),
        Some(Unit::Key(_)) => "<key>".to_owned(),
        Some(Unit::Byte(byte @ b' '..=b'~')) => format!("'{}'", char::from(*byte)),
        Some(Unit::Byte(byte)) => format!("byte 0x{byte:02X}"),
    }
}

/// The beginning of a text, for a table.
fn shown_units(units: &[Unit]) -> String {
    const SHOWN: usize = 28;
    let mut bytes = Vec::new();
    for unit in units {
        match unit {
            Unit::Byte(byte) => bytes.push(*byte),
            Unit::Salt(0) => bytes.extend(b"<salt>"),
            Unit::Key(0) => bytes.extend(b"<key>"),
            Unit::Salt(_) | Unit::Key(_) => {}
        }
    }
    let text = String::from_utf8_lossy(&bytes);
    let short: String = text.chars().take(SHOWN).collect();
    let rest = if text.chars().count() > SHOWN {
        "…"
    } else {
        ""
    };
    format!("{}{rest}", Plain(&short))
}
