//! One merchant of the configuration, checked.

use std::net::Ipv4Addr;
use std::time::Duration;

use paytr_core::callback::PersonalData;
use paytr_core::paid_once::SurchargeLimit;
use paytr_core::{Credentials, IdForm, Keyring, Mode};
use paytr_flow::PayLimit;
use paytr_flow::back_office::BasicGuard;
use url::{Host, Url};

use super::file::{AppOfFile, MerchantOfFile, OperatorOfFile};
use super::problem::Problems;
use super::secret::SecretSource;
use super::{ReturnAddresses, Secret};
use crate::bearer::ApiTokens;
use crate::webhook::{Signer, WebhookSecret};

/// One merchant. `Debug` shows no secret.
#[derive(Debug, Clone)]
pub(crate) struct MerchantSettings {
    pub(crate) name: String,
    pub(crate) keyring: Keyring,
    pub(crate) api_tokens: ApiTokens,
    pub(crate) order_prefix: String,
    pub(crate) link_form: Option<IdForm>,
    pub(crate) shop_url: Option<Url>,
    pub(crate) return_addresses: ReturnAddresses,
    pub(crate) title: String,
    pub(crate) mode: Mode,
    pub(crate) page_minutes: u32,
    pub(crate) surcharge_limit: SurchargeLimit,
    pub(crate) pay_limit_per_buyer: Option<PayLimit>,
    pub(crate) ipv4_for_ipv6_buyers: Option<Ipv4Addr>,
    pub(crate) personal_data: PersonalData,
    pub(crate) app: AppSettings,
    pub(crate) back_office: Option<Guard>,
}

/// The app of a merchant.
#[derive(Debug, Clone)]
pub(crate) struct AppSettings {
    pub(crate) url: Url,
    pub(crate) signer: Signer,
    pub(crate) timeout: Duration,
}

/// Who may use the back office.
#[derive(Clone)]
pub(crate) struct Guard(pub(crate) BasicGuard);

impl std::fmt::Debug for Guard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Guard(..)")
    }
}

/// How long an app may take for its answer, where nobody says otherwise.
const APP_TIMEOUT: Duration = Duration::from_secs(15);
/// The longest that may be set: PayTR waits for its own answer meanwhile.
const LONGEST_APP_TIMEOUT: Duration = Duration::from_mins(2);

/// What the paths of the relay begin with, so that no merchant's may.
const RESERVED: [&str; 12] = [
    "callback",
    "orders",
    "links",
    "reviews",
    "health",
    "ready",
    "metrics",
    "openapi",
    "link",
    "eft",
    "transfers",
    "cashouts",
];

/// Reads the secrets of one merchant and checks the rest.
pub(super) struct Reader<'a> {
    pub(super) path: String,
    pub(super) variable: &'a dyn Fn(&str) -> Option<String>,
    pub(super) problems: &'a mut Problems,
}

impl Reader<'_> {
    pub(super) fn merchant(mut self, file: MerchantOfFile) -> Option<MerchantSettings> {
        let name = self.name(&file.name);
        let keyring = self.keyring(&file);
        let api_tokens = self.api_tokens(file.api_tokens.as_deref().unwrap_or_default());
        let order_prefix = self.prefix(
            "order_prefix",
            file.order_prefix.as_deref().unwrap_or("SHOP"),
        );
        let link_form = match &file.link_prefix {
            Some(prefix) => Some(self.prefix("link_prefix", prefix)?),
            None => None,
        };
        if let (Some(orders), Some(links)) = (&order_prefix, &link_form)
            && (orders.prefix().starts_with(links.prefix())
                || links.prefix().starts_with(orders.prefix()))
        {
            let rule = "it must neither begin with order_prefix nor be the beginning of it: PayTR signs both ids alike";
            self.add("link_prefix", rule);
        }
        let shop_url = match &file.shop_url {
            Some(url) => Some(self.web_address("shop_url", url)?),
            None => None,
        };
        let return_addresses = ReturnAddresses {
            shop_url: shop_url.clone(),
            hosts: self.hosts(&file.return_hosts)?,
        };
        let page_minutes = file.page_minutes.unwrap_or(30);
        if !(1..=1_440).contains(&page_minutes) {
            self.add("page_minutes", "a payment page lives for 1 to 1440 minutes");
        }
        let title = file.title.unwrap_or_else(|| file.name.clone());
        if !(1..=100).contains(&title.chars().count()) {
            self.add("title", "a title has 1 to 100 characters");
        }
        let app = self.app(&file.app);
        let back_office = self.back_office(&file.operators)?;
        Some(MerchantSettings {
            name: name?,
            keyring: keyring?,
            api_tokens: api_tokens?,
            order_prefix: order_prefix?.prefix().to_owned(),
            link_form,
            shop_url,
            return_addresses,
            title,
            mode: if file.test_mode {
                Mode::Test
            } else {
                Mode::Live
            },
            page_minutes,
            surcharge_limit: file
                .largest_surcharge_percent
                .map(SurchargeLimit::percent)
                .unwrap_or_default(),
            pay_limit_per_buyer: file.orders_per_buyer_and_minute.map(|count| match count {
                0 => PayLimit::NONE,
                count => PayLimit::new(count, Duration::from_mins(1)),
            }),
            ipv4_for_ipv6_buyers: file.ipv4_for_ipv6_buyers,
            personal_data: if file.keep_personal_data_of_transfers {
                PersonalData::Keep
            } else {
                PersonalData::Drop
            },
            app: app?,
            back_office,
        })
    }

    fn field(&self, name: &str) -> String {
        format!("{}.{name}", self.path)
    }

    fn add(&mut self, name: &str, what: impl std::fmt::Display) {
        let field = self.field(name);
        self.problems.add(field, what);
    }

    fn secret(&mut self, name: &str, source: &SecretSource) -> Option<Secret> {
        let field = self.field(name);
        self.problems.take(field, source.read(self.variable))
    }

    fn name(&mut self, name: &str) -> Option<String> {
        let is_plain =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let begins = name
            .bytes()
            .next()
            .is_some_and(|byte| byte.is_ascii_lowercase());
        if !begins || name.len() > 32 || !name.bytes().all(is_plain) {
            let rule =
                "a name has 1 to 32 small letters, digits and hyphens, and begins with a letter";
            self.add("name", rule);
            return None;
        }
        if RESERVED.contains(&name) || name == "platform" {
            self.add(
                "name",
                "this name is a path of the relay itself: choose another",
            );
            return None;
        }
        Some(name.to_owned())
    }

    fn keyring(&mut self, file: &MerchantOfFile) -> Option<Keyring> {
        let key = self.secret("merchant_key", &file.merchant_key);
        let salt = self.secret("merchant_salt", &file.merchant_salt);
        let credentials = Credentials::new(&file.merchant_id, key?.expose(), salt?.expose());
        let field = self.field("merchant_id");
        let mut keyring = Keyring::new(self.problems.take(field, credentials)?);
        for (number, old) in file.old_keys.iter().enumerate() {
            let key = self.secret(&format!("old_keys[{number}].key"), &old.key);
            let salt = self.secret(&format!("old_keys[{number}].salt"), &old.salt);
            let with_old = keyring.accept_old(key?.expose(), salt?.expose());
            let field = self.field(&format!("old_keys[{number}]"));
            keyring = self.problems.take(field, with_old)?;
        }
        Some(keyring)
    }

    fn api_tokens(&mut self, sources: &[SecretSource]) -> Option<ApiTokens> {
        let mut tokens = ApiTokens::default();
        for (number, source) in sources.iter().enumerate() {
            let name = format!("api_tokens[{number}]");
            let token = self.secret(&name, source)?;
            let field = self.field(&name);
            self.problems.take(field, tokens.add(token.expose()))?;
        }
        Some(tokens)
    }

    fn hosts(&mut self, names: &[String]) -> Option<Vec<Host>> {
        let rule = "it is the name of a host, such as shop.example";
        let read = names.iter().enumerate().map(|(number, name)| {
            let field = self.field(&format!("return_hosts[{number}]"));
            let host = Host::parse(name).map_err(|_| rule);
            self.problems.take(field, host)
        });
        // All of them are read before the first wrong one ends it.
        read.collect::<Vec<_>>().into_iter().collect()
    }

    fn prefix(&mut self, name: &str, prefix: &str) -> Option<IdForm> {
        let field = self.field(name);
        self.problems.take(field, IdForm::new(prefix))
    }

    fn web_address(&mut self, name: &str, text: &str) -> Option<Url> {
        let url = Url::parse(text).ok();
        let url = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        let url = url.filter(|url| url.username().is_empty() && url.password().is_none());
        if url.is_none() {
            self.add(
                name,
                "it is a web address without user and password, such as https://shop.example/path",
            );
        }
        url
    }

    fn app(&mut self, file: &AppOfFile) -> Option<AppSettings> {
        let url = self.web_address("app.url", &file.url);
        if let Some(url) = &url
            && url.scheme() == "http"
            && !is_loopback(url)
        {
            if !file.private_network {
                let rule = "it must be https: set app.private_network = true if the app is in a private network";
                self.add("app.url", rule);
            } else if !may_be_private(url) {
                let rule = "plain http goes to a private address only, and this is one of the internet: use https";
                self.add("app.url", rule);
            }
        }
        let timeout = file.timeout.map_or(APP_TIMEOUT, |time| time.0);
        if timeout > LONGEST_APP_TIMEOUT {
            self.add(
                "app.timeout",
                "at most 2m: PayTR waits for its answer meanwhile",
            );
        }
        let mut secrets = Vec::new();
        for (number, source) in file.secrets.iter().enumerate() {
            let name = format!("app.secrets[{number}]");
            let secret = self.secret(&name, source)?;
            let field = self.field(&name);
            secrets.push(
                self.problems
                    .take(field, WebhookSecret::new(secret.expose()))?,
            );
        }
        let field = self.field("app.secrets");
        let signer = self.problems.take(field, Signer::new(secrets))?;
        Some(AppSettings {
            url: url?,
            signer,
            timeout,
        })
    }

    /// The outer option says whether it could be read.
    #[expect(clippy::option_option, reason = "the inner one is a setting")]
    fn back_office(&mut self, operators: &[OperatorOfFile]) -> Option<Option<Guard>> {
        let mut guard: Option<BasicGuard> = None;
        for (number, operator) in operators.iter().enumerate() {
            let password =
                self.secret(&format!("operator[{number}].password"), &operator.password)?;
            let (name, password) = (&*operator.name, password.expose());
            let with_this = match guard {
                Some(guard) => guard.and(name, password),
                None => BasicGuard::new(name, password),
            };
            let field = self.field(&format!("operator[{number}]"));
            guard = Some(self.problems.take(field, with_this)?);
        }
        Some(guard.map(Guard))
    }
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// Names are resolved later, to private addresses only.
fn may_be_private(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => crate::app::is_private(address.into()),
        Some(Host::Ipv6(address)) => crate::app::is_private(address.into()),
        Some(Host::Domain(_)) => true,
        None => false,
    }
}
