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

    /// Which spelling of a MAC a text is.
    pub(super) fn of(mac: &[u8; 32], given: &str) -> Option<Self> {
        let mut all = std::iter::once(Self::Right).chain(Self::WRONG);
        let found = all.find(|spelling| spelling.texts(mac).iter().any(|text| text == given));
        // Encoders differ in which letters they encode and how, and some are run three times.
        found.or_else(|| {
            let is_right = |given: &str| given == STANDARD.encode(mac);
            let twice = decoded_again(given);
            let is_encoded = is_right(&twice) || is_right(&decoded_again(&twice));
            let is_marked_up = is_right(&without_entities(given));
            (is_encoded.then_some(Self::EncodedTwice))
                .or_else(|| is_marked_up.then_some(Self::MarkedUp))
        })
    }

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

    /// The ways to write it so; the first one is shown.
    fn texts(self, mac: &[u8; 32]) -> Vec<String> {
        let right = STANDARD.encode(mac);
        let hex = mac.map(|byte| format!("{byte:02x}")).concat();
        match self {
            Self::Right => vec![right],
            Self::PlusAsBlank => vec![right.replace('+', " ")],
            Self::PlusRemoved => vec![right.replace('+', "")],
            Self::UrlSafe => vec![URL_SAFE.encode(mac), URL_SAFE_NO_PAD.encode(mac)],
            Self::NoPadding => vec![STANDARD_NO_PAD.encode(mac)],
            Self::Hex => vec![hex.clone(), hex.to_uppercase()],
            Self::HexInBase64 => vec![STANDARD.encode(&hex)],
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

/// The MACs that a hash may stand for, whichever way it is written; without the lossy ways.
pub(super) fn macs_of(given: &str) -> Vec<[u8; 32]> {
    let ways = [
        given.trim().to_owned(),
        given.trim().replace(' ', "+"),
        decoded_again(given),
        without_entities(given),
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

fn of_hex(text: &[u8]) -> Option<[u8; 32]> {
    let digits = std::str::from_utf8(text)
        .ok()
        .filter(|text| text.len() == 64)?;
    let byte = |index: usize| u8::from_str_radix(digits.get(2 * index..2 * index + 2)?, 16).ok();
    let bytes: Vec<u8> = (0..32).map(byte).collect::<Option<_>>()?;
    bytes.try_into().ok()
}
