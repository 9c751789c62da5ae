//! Where an order of the app may send its buyer back to.

use url::{Host, Url};

use super::merchant::is_loopback;

/// The hosts of a merchant's return addresses: that of `shop_url`, and `return_hosts`.
#[derive(Debug, Clone)]
pub(crate) struct ReturnAddresses {
    pub(super) shop_url: Option<Url>,
    pub(super) hosts: Vec<Host>,
}

/// PayTR's limit, in characters.
const LONGEST: usize = 400;

impl ReturnAddresses {
    /// The address as it is sent to PayTR, if the buyer may be sent there. Plain `http` leads to this machine, or to
    /// where `shop_url` has it too.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub(crate) fn admit(&self, address: &str) -> Result<String, &'static str> {
        let url = Url::parse(address).ok();
        let url = url.filter(|url| matches!(url.scheme(), "http" | "https"));
        let url = url.filter(|url| url.username().is_empty() && url.password().is_none());
        let url = url.ok_or("a web address, http or https, without user and password")?;
        let shop_url = self.shop_url.as_ref();
        let of_shop = shop_url.is_some_and(|shop| shop.host() == url.host());
        let is_listed = |host: &Host| Some(host.to_string().as_str()) == url.host_str();
        if !of_shop && !self.hosts.iter().any(is_listed) {
            return Err("its host is that of shop_url, or one of return_hosts");
        }
        let shop_is_plain = of_shop && shop_url.is_some_and(|shop| shop.scheme() == "http");
        if url.scheme() == "http" && !shop_is_plain && !is_loopback(&url) {
            return Err("https, as shop_url is");
        }
        // What was checked is what is sent: a browser reads the text as it is written here in one way only.
        let text = String::from(url);
        if text.len() > LONGEST {
            return Err("at most 400 characters");
        }
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(shop_url: Option<&str>) -> ReturnAddresses {
        ReturnAddresses {
            shop_url: shop_url.map(|url| url.parse().unwrap()),
            hosts: vec![Host::parse("app.example").unwrap()],
        }
    }

    #[test]
    fn buyers_are_sent_to_hosts_of_the_shop_only() {
        let addresses = addresses(Some("https://shop.example/"));
        for good in [
            "https://shop.example/thanks?cart=1#top",
            "https://SHOP.example:8443/thanks",
            "https://app.example/",
        ] {
            assert!(addresses.admit(good).is_ok(), "{good}");
        }
        for wrong in [
            "",
            "/thanks",
            "//shop.example/",
            "javascript:alert(1)//shop.example",
            "data:text/html,shop.example",
            "app-of-a-phone://shop.example/",
            "https://evil.example/",
            "https://shop.example.evil.example/",
            "https://evil.example/shop.example",
            "https://evil.example#shop.example",
            "https://evil.example\\@shop.example/",
            "https://evilshop.example/",
            "https://www.shop.example/",
            "https://shop.example@evil.example/",
            "https://user:password@shop.example/",
            "https://user@shop.example/",
            "http://shop.example/",
            "http://app.example/",
        ] {
            assert!(addresses.admit(wrong).is_err(), "{wrong}");
        }
        let fits = format!("https://shop.example/{}", "a".repeat(400 - 21));
        assert!(addresses.admit(&fits).is_ok());
        assert!(addresses.admit(&format!("{fits}a")).is_err());
    }

    #[test]
    fn without_a_host_in_the_configuration_nobody_is_sent_anywhere() {
        let none = ReturnAddresses {
            shop_url: None,
            hosts: Vec::new(),
        };
        for address in [
            "https://shop.example/",
            "http://127.0.0.1:3000/",
            "https:///",
        ] {
            assert!(none.admit(address).is_err(), "{address}");
        }
        assert!(addresses(None).admit("https://app.example/").is_ok());
    }

    #[test]
    fn plain_http_leads_where_the_shop_has_it_or_to_this_machine() {
        let plain = addresses(Some("http://shop.example/"));
        assert!(plain.admit("http://shop.example/thanks").is_ok());
        assert!(plain.admit("http://app.example/thanks").is_err());
        let here = addresses(Some("http://127.0.0.1:3000/"));
        assert!(here.admit("http://127.0.0.1:3000/thanks").is_ok());
        assert!(
            here.admit("http://localhost:3000/").is_err(),
            "another host"
        );
    }

    #[test]
    fn what_was_checked_is_what_is_sent() {
        let sent =
            addresses(Some("https://shop.example/")).admit(" https:\\\\SHOP.example\\thanks\n");
        assert_eq!(sent.unwrap(), "https://shop.example/thanks");
    }
}
