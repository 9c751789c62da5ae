//! What a shop's reply says, though it may say it wrongly.

use std::borrow::Cow;

use paytr_sandbox::{Problem, ShopReply};

use super::finding::Advice;

const COMPRESSED: Advice = Advice {
    turkish: "yanıt sıkıştırılmış geliyor, istekte Accept-Encoding olmadığı halde: bu yolda sıkıştırmayı \
              kapatın (PHP: zlib.output_compression, ob_gzhandler)",
    english: "the reply is compressed, although no Accept-Encoding asked for it: turn compression off for \
              this path (PHP: zlib.output_compression, ob_gzhandler)",
};
const TWICE: Advice = Advice {
    turkish: "OK iki kez yazılıyor: işleyici iki kez mi çalışıyor, yoksa hem kod hem çatı mı yazıyor? \
              Bir kez yazın ve bitirin (PHP: echo \"OK\"; exit;)",
    english: "OK is written twice: does the handler run twice, or do the code and its framework both write \
              it? Write it once and end (PHP: echo \"OK\"; exit;)",
};
const TEXT_BEFORE: Advice = Advice {
    turkish: "OK'ten önce başka bir metin yazılıyor: hata ayıklama çıktısı, echo veya var_dump; yanıt \
              yalnızca OK olmalı",
    english: "other text stands before OK: debug output, an echo, a var_dump; the reply is OK alone",
};
const TEXT_AFTER: Advice = Advice {
    turkish: "OK'ten sonra başka bir metin yazılıyor: OK yazdıktan sonra bitirin (PHP: exit;)",
    english: "other text stands after OK: end after writing it (PHP: exit;)",
};

/// The body as text, without a byte order mark.
pub(super) fn text_of(reply: &ShopReply) -> Cow<'_, str> {
    let body = reply
        .body
        .strip_prefix(b"\xEF\xBB\xBF")
        .unwrap_or(&reply.body);
    String::from_utf8_lossy(body)
}

pub(super) fn is_html(reply: &ShopReply) -> bool {
    let text = text_of(reply).to_lowercase();
    ["<html", "<!doctype", "<head", "<body", "<script"]
        .iter()
        .any(|tag| text.contains(tag))
}

/// Whether the shop means to acknowledge, however it spells that.
pub(super) fn says_ok(reply: &ShopReply) -> bool {
    let is_success = reply
        .status
        .is_some_and(|status| (200..300).contains(&status));
    if !is_success || is_compressed(reply) {
        return is_success && is_ok_in_gzip(&reply.body);
    }
    let text = text_of(reply);
    let (text, upper) = (text.trim(), text.to_ascii_uppercase());
    if upper.ends_with("NOT OK") {
        return false;
    }
    let mut words = upper.split(|letter: char| !letter.is_ascii_alphanumeric());
    // Text may stand right before or behind it.
    words.any(|word| word == "OK") || text.starts_with("OK") || text.ends_with("OK")
}

/// What is wrong with a reply that has `OK` in it, or the error that came instead, if the
/// [`Problem`] does not tell it well.
pub(super) fn flaw(reply: &ShopReply) -> Option<Advice> {
    let problem = reply.problem?;
    if is_compressed(reply) {
        return Some(COMPRESSED);
    }
    let text = text_of(reply);
    let text = text.trim();
    if reply.php_message().is_some() {
        return Some(Advice::of(Problem::PhpMessage));
    }
    // These are named by their problem, and the status too.
    let is_named = !matches!(
        problem,
        Problem::OtherText | Problem::Html | Problem::ByteOrderMark
    );
    if is_named || is_html(reply) || text == "OK" {
        return None;
    }
    if is_repeated_ok(text) {
        return Some(TWICE);
    }
    if text.ends_with("OK") {
        return Some(TEXT_BEFORE);
    }
    text.starts_with("OK").then_some(TEXT_AFTER)
}

fn is_repeated_ok(text: &str) -> bool {
    let letters: String = text.split_whitespace().collect();
    letters.len() > 2 && letters.replace("OK", "").is_empty()
}

/// Whether the body is no text but what compressors make: the marks of gzip, zstd and zlib, or, for
/// brotli and bare deflate, bytes that no text has.
pub(super) fn is_compressed(reply: &ShopReply) -> bool {
    const MARKS: [&[u8]; 5] = [
        b"\x1f\x8b",
        b"\x28\xb5\x2f\xfd",
        b"\x78\x01",
        b"\x78\x9c",
        b"\x78\xda",
    ];
    let is_marked = MARKS.iter().any(|mark| reply.body.starts_with(mark));
    let is_no_text = |byte: &u8| matches!(byte, 0..=8 | 14..=31);
    is_marked || reply.body.iter().any(is_no_text)
}

/// Whether a gzip unpacks to `OK`: its last bytes are the check sum and the length.
fn is_ok_in_gzip(body: &[u8]) -> bool {
    const OK_CRC32: u32 = 0xd736_d92d;
    let trailer = [OK_CRC32.to_le_bytes(), 2_u32.to_le_bytes()].concat();
    body.starts_with(b"\x1f\x8b") && body.ends_with(&trailer)
}
