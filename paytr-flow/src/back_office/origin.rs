//! Whether a form was sent by a page of this shop.

use url::Url;

use super::Head;

/// Whether the browser says that a page of `own` sent the form: by `Origin`, or `Referer` when it sends no
/// `Origin`, and by `Sec-Fetch-Site` when it sends that.
pub(super) fn is_own(head: &Head<'_>, own: &str) -> bool {
    let site_fits = match (head.header)("sec-fetch-site") {
        Some(site) => site == b"same-origin",
        None => true,
    };
    let origin_fits = match (head.header)("origin") {
        Some(origin) => origin == own.as_bytes(),
        None => head.text("referer").is_some_and(|page| is_of(&page, own)),
    };
    site_fits && origin_fits
}

fn is_of(page: &str, own: &str) -> bool {
    let page = Url::parse(page);
    page.is_ok_and(|page| page.origin().ascii_serialization() == own)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(headers: &[(&str, &str)]) -> bool {
        let header = |name: &str| {
            let mut found = headers.iter().filter(|(known, _)| *known == name);
            found.next().map(|(_, value)| value.as_bytes().to_vec())
        };
        let head = Head {
            method: "POST",
            path: "/",
            query: None,
            header: &header,
        };
        is_own(&head, "https://shop.example")
    }

    #[test]
    fn only_a_page_of_the_shop_may_send_a_form() {
        let own = "https://shop.example";
        let page = "https://shop.example/back-office/reviews/1";
        assert!(judge(&[("origin", own)]));
        assert!(judge(&[("origin", own), ("sec-fetch-site", "same-origin")]));
        assert!(judge(&[("referer", page)]));
        assert!(judge(&[
            ("origin", own),
            ("referer", "https://evil.example/")
        ]));
        for wrong in [
            &[] as &[_],
            &[("origin", "null")],
            &[("origin", "https://evil.example")],
            &[("origin", "http://shop.example")],
            &[("origin", "https://shop.example:8443")],
            &[("origin", "https://shop.example.evil.example")],
            &[("origin", "null"), ("referer", page)],
            &[("origin", own), ("sec-fetch-site", "same-site")],
            &[("origin", own), ("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-origin")],
            &[("referer", "https://shop.example.evil.example/")],
            &[("referer", "https://shop.example@evil.example/")],
            &[("referer", "shop.example")],
        ] {
            assert!(!judge(wrong), "{wrong:?}");
        }
    }
}
