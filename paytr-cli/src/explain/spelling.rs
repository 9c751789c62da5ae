use std::ops::RangeInclusive;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};

use super::encodings::decoded_again;

/// How a hash is written. Only the first one is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelling {
    Right,
    PlusAsBlank,
    PlusRemoved,
    UrlSafe,
    NoPadding,
    Hex,
    HexInBase64,
    BlanksAround,
    EncodedTwice,
    /// Written for an HTML page or a JSON text, and posted like that.
    MarkedUp,
}

/// A hash as it stands in a body, to be compared with many MACs.
pub(super) struct Given<'a> {
    text: &'a str,
    /// Decoded once more, and once more again. Encoders differ in which letters they encode and how, and some are run
    /// three times.
    decoded: String,
    decoded_twice: String,
    without_entities: String,
}

impl<'a> Given<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let decoded = decoded_again(text);
        Self {
            text,
            decoded_twice: decoded_again(&decoded),
            decoded,
            without_entities: without_entities(text),
        }
    }

    /// Which spelling of a MAC it is.
    pub(super) fn spelling_of(&self, mac: &[u8; 32]) -> Option<Spelling> {
        let all = std::iter::once(Spelling::Right).chain(Spelling::WRONG);
        let mut of_its_length =
            all.filter(|spelling| spelling.lengths().contains(&self.text.len()));
        let found =
            of_its_length.find(|spelling| spelling.texts(mac).iter().any(|text| text == self.text));
        let is_right = |text: &str| text.len() == RIGHT && text == STANDARD.encode(mac);
        found.or_else(|| {
            if is_right(&self.decoded) || is_right(&self.decoded_twice) {
                Some(Spelling::EncodedTwice)
            } else {
                is_right(&self.without_entities).then_some(Spelling::MarkedUp)
            }
        })
    }

    /// The MACs that it may stand for, whichever way it is written; without the lossy ways.
    pub(super) fn macs(&self) -> Vec<[u8; 32]> {
        let trimmed = self.text.trim();
        let ways = [
            trimmed.to_owned(),
            trimmed.replace(' ', "+"),
            self.decoded.clone(),
            self.without_entities.clone(),
        ];
        let mut macs = Vec::new();
        for text in ways {
            let standard = text.replace('-', "+").replace('_', "/");
            let bytes = STANDARD_NO_PAD.decode(standard.trim_end_matches('=')).ok();
            let in_hex = bytes.as_ref().and_then(|bytes| of_hex(bytes));
            let bytes = bytes.and_then(|bytes| bytes.try_into().ok());
            macs.extend(
                [bytes, in_hex, of_hex(text.as_bytes())]
                    .into_iter()
                    .flatten(),
            );
        }
        macs.dedup();
        macs
    }
}

/// How long 32 bytes in base64 are.
const RIGHT: usize = 44;

impl Spelling {
    pub(super) const WRONG: [Self; 8] = [
        Self::PlusAsBlank,
        Self::PlusRemoved,
        Self::EncodedTwice,
        Self::UrlSafe,
        Self::NoPadding,
        Self::Hex,
        Self::HexInBase64,
        Self::BlanksAround,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Right => "as it should be",
            Self::PlusAsBlank => "stripped +: blanks stand for the plus signs of the hash",
            Self::PlusRemoved => "stripped +: the plus signs of the hash are gone",
            Self::EncodedTwice => "hash percent-encoded twice",
            Self::UrlSafe => "hash in URL-safe base64",
            Self::NoPadding => "hash without its = at the end",
            Self::Hex => "hash in hex instead of base64",
            Self::HexInBase64 => "base64 of the hex text instead of the bytes",
            Self::BlanksAround => "line break or blank around the hash",
            Self::MarkedUp => "hash with HTML entities or backslashes",
        }
    }

    pub(super) fn advice(self) -> &'static str {
        match self {
            Self::Right => "",
            Self::PlusAsBlank | Self::PlusRemoved => "percent-encode the form: + becomes %2B",
            Self::EncodedTwice => "percent-encode the form once: + becomes %2B, not %252B",
            Self::UrlSafe | Self::NoPadding => "use the standard alphabet, + and /, with padding",
            Self::Hex | Self::HexInBase64 => {
                "encode the 32 raw bytes in base64 (PHP: true as the \
                                              last argument of hash_hmac)"
            }
            Self::BlanksAround => "trim the hash; some base64 writers add a line break",
            Self::MarkedUp => "post the hash as it is, not escaped for HTML or JSON",
        }
    }

    /// How long a hash that is written so can be, in bytes.
    fn lengths(self) -> RangeInclusive<usize> {
        match self {
            Self::Right | Self::PlusAsBlank => RIGHT..=RIGHT,
            Self::PlusRemoved => 0..=RIGHT,
            Self::UrlSafe => RIGHT - 1..=RIGHT,
            Self::NoPadding => RIGHT - 1..=RIGHT - 1,
            Self::Hex => 64..=64,
            Self::HexInBase64 => 88..=88,
            Self::BlanksAround => RIGHT + 1..=RIGHT + 2,
            Self::EncodedTwice | Self::MarkedUp => RIGHT..=3 * RIGHT,
        }
    }

    /// The ways to write it so; the first one is shown.
    fn texts(self, mac: &[u8; 32]) -> Vec<String> {
        let right = STANDARD.encode(mac);
        let hex = || mac.map(|byte| format!("{byte:02x}")).concat();
        match self {
            Self::Right => vec![right],
            Self::PlusAsBlank => vec![right.replace('+', " ")],
            Self::PlusRemoved => vec![right.replace('+', "")],
            Self::UrlSafe => vec![URL_SAFE.encode(mac), URL_SAFE_NO_PAD.encode(mac)],
            Self::NoPadding => vec![STANDARD_NO_PAD.encode(mac)],
            Self::Hex => vec![hex(), hex().to_uppercase()],
            Self::HexInBase64 => vec![STANDARD.encode(hex())],
            Self::BlanksAround => [("", "\n"), ("", "\r\n"), ("", " "), (" ", "")]
                .map(|(before, after)| format!("{before}{right}{after}"))
                .to_vec(),
            Self::MarkedUp => vec![right.replace('/', "\\/")],
            Self::EncodedTwice => {
                let twice: String = form_urlencoded::byte_serialize(right.as_bytes()).collect();
                debug_assert_eq!(decoded_again(&twice), right);
                vec![twice]
            }
        }
    }

    /// The first byte of the hash that differs, from 1; `None` if this hash looks the same so.
    pub(super) fn first_difference(self, mac: &[u8; 32]) -> Option<usize> {
        let right = STANDARD.encode(mac);
        let wrong = self.texts(mac).into_iter().next()?;
        if wrong == right {
            return None;
        }
        let same = right.bytes().zip(wrong.bytes()).take_while(|(a, b)| a == b);
        Some(same.count() + 1)
    }
}

/// What stands for `+`, `/` and `=` in HTML, and for `/` in JSON.
fn without_entities(text: &str) -> String {
    let mut plain = text.to_owned();
    for (letter, ways) in [
        ("+", ["&#43;", "&#x2b;", "&#x2B;", "&plus;"]),
        ("/", ["&#47;", "&#x2f;", "&#x2F;", "\\/"]),
        ("=", ["&#61;", "&#x3d;", "&#x3D;", "&equals;"]),
    ] {
        for way in ways {
            plain = plain.replace(way, letter);
        }
    }
    plain
}

fn of_hex(text: &[u8]) -> Option<[u8; 32]> {
    let digits = std::str::from_utf8(text)
        .ok()
        .filter(|text| text.len() == 64)?;
    let byte = |index: usize| u8::from_str_radix(digits.get(2 * index..2 * index + 2)?, 16).ok();
    let bytes: Vec<u8> = (0..32).map(byte).collect::<Option<_>>()?;
    bytes.try_into().ok()
}
