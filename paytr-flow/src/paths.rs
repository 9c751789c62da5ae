//! The addresses of the flow.

use paytr_core::{IdForm, Language, MerchantOid};
use url::Url;

use crate::{FlowConfigError, Landing};

/// PayTR's limit on return addresses, in characters.
const MAX_RETURN_URL: usize = 400;

/// Where the flow's routes are: as the application mounts them, and as a browser sees them.
#[derive(Debug, Clone)]
pub(crate) struct Paths {
    /// Scheme, host, port and path before the prefix, without a slash at the end.
    public_url: String,
    /// The path of `public_url`: what a proxy in front strips.
    public_path: String,
    host: String,
    pub(crate) prefix: String,
    pub(crate) callback: String,
    pub(crate) pay: String,
    pub(crate) ok: String,
    pub(crate) fail: String,
    pub(crate) orders: String,
}

impl Paths {
    pub(crate) fn new(public_url: &str, prefix: &str) -> Result<Self, FlowConfigError> {
        let url = Url::parse(public_url).map_err(|_| FlowConfigError::PublicUrl)?;
        let is_web = matches!(url.scheme(), "http" | "https");
        let bare = url.query().is_none() && url.fragment().is_none();
        let anonymous = url.username().is_empty() && url.password().is_none();
        let host = url.host_str().filter(|_| is_web && bare && anonymous);
        let host = host.ok_or(FlowConfigError::PublicUrl)?.to_owned();
        if !is_prefix(prefix) {
            return Err(FlowConfigError::Prefix);
        }
        let public_path = url.path().trim_end_matches('/').to_owned();
        if public_path.contains("//") {
            return Err(FlowConfigError::PublicUrl);
        }
        let public_url = format!("{}{public_path}", url.origin().ascii_serialization());
        let longest = public_url.len() + prefix.len() + "/fail?oid=&lang=tr".len() + IdForm::LEN;
        if longest > MAX_RETURN_URL {
            return Err(FlowConfigError::TooLong);
        }
        Ok(Self {
            public_url,
            public_path,
            host,
            prefix: prefix.to_owned(),
            callback: format!("{prefix}/callback"),
            pay: format!("{prefix}/pay"),
            ok: format!("{prefix}/ok"),
            fail: format!("{prefix}/fail"),
            orders: format!("{prefix}/orders"),
        })
    }

    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// Scheme, host and port of the shop, as a browser writes them into `Origin`.
    pub(crate) fn origin(&self) -> &str {
        let path = &self.public_path;
        self.public_url.strip_suffix(path).unwrap_or_default()
    }

    /// A path of the application, as a browser sees it.
    pub(crate) fn link(&self, path: &str) -> String {
        format!("{}{path}", self.public_path)
    }

    pub(crate) fn callback_url(&self) -> String {
        format!("{}{}", self.public_url, self.callback)
    }

    /// The absolute address of a result page, for PayTR. The language is in it when the buyer chose one.
    pub(crate) fn landing_url(
        &self,
        landing: Landing,
        oid: &MerchantOid,
        language: Option<Language>,
    ) -> String {
        let route = self.landing_route(landing);
        let query = language_query('&', language);
        format!("{}{route}?oid={oid}{query}", self.public_url)
    }

    /// The path of the success page, for the browser.
    pub(crate) fn ok_link(&self, oid: &MerchantOid, language: Option<Language>) -> String {
        self.landing_link(Landing::Ok, Some(oid), language)
    }

    /// The path of a result page, for the browser.
    pub(crate) fn landing_link(
        &self,
        landing: Landing,
        oid: Option<&MerchantOid>,
        language: Option<Language>,
    ) -> String {
        let (path, route) = (&self.public_path, self.landing_route(landing));
        match oid {
            Some(oid) => {
                let query = language_query('&', language);
                format!("{path}{route}?oid={oid}{query}")
            }
            None => format!("{path}{route}{}", language_query('?', language)),
        }
    }

    fn landing_route(&self, landing: Landing) -> &str {
        match landing {
            Landing::Ok => &self.ok,
            Landing::Fail => &self.fail,
        }
    }

    /// The path of the payment page, for the browser.
    pub(crate) fn pay_link(&self, oid: &MerchantOid, language: Option<Language>) -> String {
        let query = language_query('?', language);
        format!("{}{}/{oid}{query}", self.public_path, self.pay)
    }

    /// The path of the order's state, for the browser.
    pub(crate) fn order_link(&self, oid: &MerchantOid) -> String {
        format!("{}{}/{oid}", self.public_path, self.orders)
    }

    /// The path of the shop itself, for the browser.
    pub(crate) fn shop_link(&self) -> String {
        format!("{}/", self.public_path)
    }
}

fn language_query(separator: char, language: Option<Language>) -> String {
    language.map_or_else(String::new, |language| {
        format!("{separator}lang={language}")
    })
}

/// Plain segments only: every framework reads such a path the same way.
pub(crate) fn is_prefix(prefix: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let Some(segments) = prefix.strip_prefix('/') else {
        return false;
    };
    segments
        .split('/')
        .all(|segment| !segment.is_empty() && segment.bytes().all(is_plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_may_have_a_path_that_a_proxy_strips() {
        let oid = MerchantOid::new("A1").unwrap();
        let paths = Paths::new("https://example.com:8443/shop/", "/paytr").unwrap();
        assert_eq!(paths.pay, "/paytr/pay");
        assert_eq!(paths.pay_link(&oid, None), "/shop/paytr/pay/A1");
        assert_eq!(
            paths.ok_link(&oid, Some(Language::English)),
            "/shop/paytr/ok?oid=A1&lang=en"
        );
        assert_eq!(
            paths.landing_url(Landing::Fail, &oid, None),
            "https://example.com:8443/shop/paytr/fail?oid=A1"
        );
        assert_eq!(
            paths.callback_url(),
            "https://example.com:8443/shop/paytr/callback"
        );
        assert_eq!(paths.shop_link(), "/shop/");
        assert_eq!(paths.origin(), "https://example.com:8443");
        assert_eq!(paths.link("/back-office"), "/shop/back-office");
    }

    #[test]
    fn what_is_not_a_web_address_is_refused() {
        for wrong in [
            "",
            "shop.example",
            "ftp://a",
            "https://",
            "https://u@a",
            "https://a/?b",
            "https://a/#b",
            "javascript:alert(1)",
            "https://a//evil.example",
        ] {
            assert_eq!(
                Paths::new(wrong, "/paytr").err(),
                Some(FlowConfigError::PublicUrl),
                "{wrong}"
            );
        }
        let long = format!("https://{}.example", "a".repeat(400));
        assert_eq!(
            Paths::new(&long, "/paytr").err(),
            Some(FlowConfigError::TooLong)
        );
    }

    #[test]
    fn a_prefix_is_a_plain_path() {
        assert!(Paths::new("https://a", "/a/b-c_D9").is_ok());
        for wrong in [
            "", "/", "paytr", "/paytr/", "//a", "/a//b", "/a/../b", "/{oid}", "/a?b", "/ş", "/a b",
        ] {
            assert_eq!(
                Paths::new("https://a", wrong).err(),
                Some(FlowConfigError::Prefix),
                "{wrong}"
            );
        }
    }
}
