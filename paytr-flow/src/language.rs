//! Which language a buyer reads.

use paytr_core::Language;

/// The language: what was asked for, else the best of `Accept-Language`, else `other` for a browser that wants
/// only languages that no page is in, else Turkish.
pub(crate) fn choose(
    asked: Option<Language>,
    accept_language: Option<&[u8]>,
    other: Language,
) -> Language {
    let wanted = || match accepted(accept_language?) {
        Wanted::Known(language) => Some(language),
        Wanted::Other => Some(other),
        Wanted::Nothing => None,
    };
    asked.or_else(wanted).unwrap_or_default()
}

/// What a browser wants to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Known(Language),
    /// Only languages that no page is in.
    Other,
    /// It does not say, or takes any.
    Nothing,
}

/// The `lang` field of a query.
pub(crate) fn in_query(query: Option<&str>) -> Option<Language> {
    let fields = form_urlencoded::parse(query?.as_bytes());
    let mut values = fields.filter(|(name, _)| name == "lang");
    Language::from_code(&values.next()?.1)
}

/// The known language that the browser wants most; of equals the first.
fn accepted(header: &[u8]) -> Wanted {
    let header = std::str::from_utf8(header).unwrap_or_default();
    let mut best = None;
    let mut wants_other = false;
    let mut best_weight = 0.0_f32;
    for range in header.split(',') {
        let (tag, parameter) = range.split_once(';').unwrap_or((range, "q=1"));
        let weight = parameter.trim().strip_prefix("q=");
        let weight = weight.and_then(|weight| weight.parse::<f32>().ok());
        let Some(weight) = weight.filter(|weight| (0.0..=1.0).contains(weight)) else {
            continue;
        };
        let primary = tag.trim().split('-').next().unwrap_or_default();
        let language = Language::from_code(&primary.to_ascii_lowercase());
        if language.is_some() && weight > best_weight {
            (best, best_weight) = (language, weight);
        }
        let is_language = !primary.is_empty() && primary.bytes().all(|b| b.is_ascii_alphabetic());
        wants_other |= is_language && language.is_none() && weight > 0.0;
    }
    match best {
        Some(language) => Wanted::Known(language),
        None if wants_other => Wanted::Other,
        None => Wanted::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_wins_over_the_header_and_turkish_is_the_default() {
        let english: Option<&[u8]> = Some(b"en-US,en;q=0.9");
        let choose = |query, header| choose(in_query(query), header, Language::English);
        assert_eq!(choose(Some("oid=A&lang=tr"), english), Language::Turkish);
        assert_eq!(choose(Some("lang=xx"), english), Language::English);
        assert_eq!(choose(None, english), Language::English);
        assert_eq!(choose(None, None), Language::Turkish);
    }

    #[test]
    fn accept_language_goes_by_weight() {
        let table: [(&[u8], Language); 8] = [
            (b"de, en;q=0.8, tr;q=0.9", Language::Turkish),
            (b"EN-gb", Language::English),
            (b"tr;q=0, en;q=0.1", Language::English),
            (b"en;q=0.5,tr;q=0.5", Language::English),
            (b"en;q=NaN", Language::Turkish),
            (b"en;q=inf", Language::Turkish),
            (b"\xff,en", Language::Turkish),
            (b",,;;q=,-", Language::Turkish),
        ];
        for (header, expected) in table {
            let chosen = choose(None, Some(header), Language::English);
            assert_eq!(chosen, expected, "{header:?}");
        }
    }

    #[test]
    fn a_browser_that_wants_another_language_gets_the_one_for_others() {
        for (header, is_other) in [
            (b"de-DE" as &[u8], true),
            (b"de-DE,de;q=0.9,fr;q=0.5", true),
            (b"de, en;q=0.1", false),
            (b"de;q=0", false),
            (b"*", false),
            (b"", false),
        ] {
            let chosen = [Language::Turkish, Language::English]
                .map(|other| choose(None, Some(header), other));
            let depends = chosen == [Language::Turkish, Language::English];
            assert_eq!(depends, is_other, "{header:?}");
        }
    }
}
