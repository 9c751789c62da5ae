use std::fmt;

use paid_once::Money;

use super::LinkId;
use crate::api::{Answer, DecodeError, Effect, Endpoint, Form, InvalidRequest, invalid};
use crate::callback::CallbackId;
use crate::reply::JsonReply;
use crate::wire::{DateTime, RawJson};
use crate::{Credentials, Language, amount};

/// Makes a payment link.
///
/// `POST /odeme/api/link/create`. The merchant id is not signed. Source: PayTR, Link API, Create.
///
/// ```
/// use paytr_core::api::{CallbackTarget, CreateLink, Endpoint as _, LinkKind};
/// use paytr_core::callback::CallbackId;
/// use paytr_core::{Credentials, Currency, IdForm, Money};
///
/// let credentials = Credentials::new("123456", "aB3dE6gH9jK2mN5p", "qR8sT1uV4wX7yZ0a")?;
/// let mut link = CreateLink::new("Kırmızı Defter", Money::new(3_456, Currency::TRY), LinkKind::product());
/// let id = CallbackId::new(&IdForm::new("LINK")?.make())?;
/// link.callback = Some(CallbackTarget::new("https://shop.example/paytr/link", id));
/// let form = link.form(&credentials)?;
/// assert_eq!(form.get("price"), Some("3456"));
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CreateLink {
    /// What the buyer sees: 4 to 200 characters. Signed as it is, without normalisation.
    pub name: String,
    /// The price, 1.00 or more, in TRY, EUR, USD, GBP or RUB; for [`LinkKind::Flex`] the least that a
    /// buyer can pay.
    pub price: Money,
    /// What the link is for.
    pub kind: LinkKind,
    /// The most instalments: 1 (none on personal cards) to 12. Default: 12.
    pub max_installments: u8,
    /// Up to how many instalments cost the buyer no interest: 2 to 12. The store pays it (`pft`).
    pub interest_free_up_to: Option<u8>,
    /// The language of the page. Default: Turkish.
    pub language: Language,
    /// Until when it can be paid. Without it, until it is deleted.
    pub expires_at: Option<DateTime>,
    /// Where PayTR posts its notifications. Without it there are none.
    pub callback: Option<CallbackTarget>,
    /// Asks for a QR code of the link.
    pub qr_code: bool,
    /// Asks PayTR for details of integration faults.
    pub debug: bool,
}

/// What a payment link is for. Names and e-mail addresses of payers are not shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LinkKind {
    /// Something for sale. The link can be paid many times.
    Product {
        /// The least pieces that a buyer takes: 1 or more. Signed.
        min_count: u32,
        /// The stock: 1 or more; the link closes when it is sold out.
        max_count: Option<u32>,
    },
    /// A bill for one payer.
    Collection {
        /// The payer's e-mail address: at most 100 ASCII characters. Signed.
        email: String,
    },
    /// A payment of any amount between two: a donation. Documented on the Turkish page only; its
    /// formula is from a comment in a sample.
    Flex {
        /// The most that a buyer can pay, in the currency of the price. Not signed.
        max_price: Money,
        /// The payer's name.
        user_name: Option<String>,
    },
}

impl LinkKind {
    /// A product of which a buyer takes one or more, without a limit.
    #[must_use]
    pub fn product() -> Self {
        Self::Product {
            min_count: 1,
            max_count: None,
        }
    }

    /// A bill for the payer with this e-mail address.
    #[must_use]
    pub fn collection(email: impl Into<String>) -> Self {
        Self::Collection {
            email: email.into(),
        }
    }

    /// A payment of at most this much.
    #[must_use]
    pub fn flex(max_price: Money) -> Self {
        Self::Flex {
            max_price,
            user_name: None,
        }
    }

    /// `link_type`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Product { .. } => "product",
            Self::Collection { .. } => "collection",
            Self::Flex { .. } => "flex",
        }
    }

    fn check(&self, price: Money) -> Result<(), InvalidRequest> {
        let count = |field, count: u32| {
            let fits = count > 0;
            fits.then_some(()).ok_or(InvalidRequest::Range {
                field,
                min: 1,
                max: u64::from(u32::MAX),
            })
        };
        match self {
            Self::Product {
                min_count,
                max_count,
            } => {
                count("min_count", *min_count)?;
                max_count.map_or(Ok(()), |stock| count("max_count", stock))
            }
            Self::Collection { email } => invalid::email(email),
            Self::Flex {
                max_price,
                user_name,
            } => {
                if max_price.currency() != price.currency() {
                    return Err(InvalidRequest::Shape {
                        field: "flex_max_price",
                        rule: "in the currency of the price",
                    });
                }
                let least = price.minor_units();
                invalid::minor_units_from("flex_max_price", least, max_price.minor_units())?;
                user_name
                    .as_ref()
                    .map_or(Ok(()), |name| invalid::length("user_name", name, 1, 60))
            }
        }
    }
}

impl fmt::Debug for LinkKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LinkKind({})", self.code())
    }
}

impl CreateLink {
    /// A link in Turkish, up to 12 instalments, open until it is deleted, without notifications.
    #[must_use]
    pub fn new(name: impl Into<String>, price: Money, kind: LinkKind) -> Self {
        Self {
            name: name.into(),
            price,
            kind,
            max_installments: 12,
            interest_free_up_to: None,
            language: Language::default(),
            expires_at: None,
            callback: None,
            qr_code: false,
            debug: false,
        }
    }

    fn check(&self) -> Result<&'static str, InvalidRequest> {
        invalid::length("name", &self.name, 4, 200)?;
        invalid::minor_units_from("price", 100, self.price.minor_units())?;
        installments("max_installment", 1, self.max_installments)?;
        if let Some(count) = self.interest_free_up_to {
            installments("pft", 2, count)?;
        }
        self.kind.check(self.price)?;
        if let Some(callback) = &self.callback {
            callback.check()?;
        }
        invalid::currency(self.price.currency())
    }
}

fn installments(field: &'static str, min: u8, count: u8) -> Result<(), InvalidRequest> {
    let fits = (min..=12).contains(&count);
    fits.then_some(()).ok_or(InvalidRequest::Range {
        field,
        min: u64::from(min),
        max: 12,
    })
}

impl Endpoint for CreateLink {
    const PATH: &'static str = "/odeme/api/link/create";
    const EFFECT: Effect = Effect::Changes;
    // All three formulas: a field that the kind does not have is signed as nothing.
    const SIGNED: &'static [&'static str] = &[
        "name",
        "price",
        "currency",
        "max_installment",
        "link_type",
        "lang",
        "min_count",
        "email",
    ];
    type Reply = CreatedLink;

    fn form(&self, credentials: &Credentials) -> Result<Form, InvalidRequest> {
        let currency = self.check()?;
        let form = Form::new()
            .field("merchant_id", credentials.merchant_id().to_string())
            .field("name", self.name.clone())
            .field("price", amount::minor_text(self.price))
            .field("currency", currency)
            .field("max_installment", self.max_installments.to_string())
            .field("link_type", self.kind.code())
            .field("lang", self.language.code());
        let form = match self.kind.clone() {
            LinkKind::Product {
                min_count,
                max_count,
            } => form
                .field("min_count", min_count.to_string())
                .optional("max_count", max_count.map(|count| count.to_string())),
            LinkKind::Collection { email } => form.field("email", email),
            LinkKind::Flex {
                max_price,
                user_name,
            } => form
                .field("flex_max_price", amount::minor_text(max_price))
                .optional("user_name", user_name),
        };
        let callback = self.callback.as_ref();
        Ok(form
            .optional("pft", self.interest_free_up_to.map(|n| n.to_string()))
            .optional("expiry_date", self.expires_at.map(|at| at.to_string()))
            .optional("callback_link", callback.map(|to| to.url.clone()))
            .optional("callback_id", callback.map(|to| to.id.to_string()))
            .field("get_qr", if self.qr_code { "1" } else { "0" })
            .field("debug_on", if self.debug { "1" } else { "0" })
            .sign(credentials, Self::SIGNED))
    }

    fn decode(&self, body: &[u8]) -> Result<Answer<CreatedLink>, DecodeError> {
        let reply = JsonReply::parse(body)?;
        match reply.status()?.as_str() {
            "success" => created(reply).map(Answer::Success),
            "failed" | "error" => Ok(Answer::Refused(reply.refusal("link"))),
            _ => Err(DecodeError::Value { name: "status" }),
        }
    }
}

/// A link that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CreatedLink {
    /// Its id: to delete it or send it.
    pub id: LinkId,
    /// Its address, for the buyer.
    pub url: String,
    /// A picture of its QR code: PNG in base64, if it was asked for. The field name is from clients,
    /// not from the documentation.
    pub qr_code: Option<String>,
    /// The whole reply.
    pub raw: RawJson,
}

fn created(reply: JsonReply) -> Result<CreatedLink, DecodeError> {
    let id = reply.required("id")?;
    Ok(CreatedLink {
        id: LinkId::new(&id).map_err(|_| DecodeError::Value { name: "id" })?,
        url: reply.required("link")?,
        qr_code: reply.filled("qr"),
        raw: reply.into_raw(),
    })
}

/// Where PayTR tells about payments of a link, and by which id.
///
/// It is told of successes only, once for each payment: a product link that is paid three times sends
/// the same `callback_id` three times, each with an order id of PayTR's.
///
/// The hash of these notifications covers `callback_id` and PayTR's order id without a separator, so
/// `AB` + `12345` and `AB123` + `45` are the same text. So all callback ids have one form: make them
/// with an [`IdForm`](crate::IdForm).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallbackTarget {
    /// The address: http or https, no port, not this machine. At most 400 characters.
    pub url: String,
    /// The shop's id of the link.
    pub id: CallbackId,
}

impl CallbackTarget {
    /// Takes both; the address is checked with the request.
    #[must_use]
    pub fn new(url: impl Into<String>, id: CallbackId) -> Self {
        Self {
            url: url.into(),
            id,
        }
    }

    fn check(&self) -> Result<(), InvalidRequest> {
        invalid::return_url("callback_link", &self.url)?;
        if !is_public(&self.url) {
            return Err(InvalidRequest::Shape {
                field: "callback_link",
                rule: "a public address without a port",
            });
        }
        Ok(())
    }
}

/// Whether PayTR would call the address: it refuses `localhost` and every port that is written out.
fn is_public(text: &str) -> bool {
    let Ok(url) = url::Url::parse(text) else {
        return false;
    };
    // The parser drops a port that is the default one of the scheme, but PayTR sees it in the text.
    let authority = text
        .split_once("://")
        .map(|(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let has_port = authority.is_none_or(|authority| {
        let host = authority.rsplit('@').next().unwrap_or_default();
        host.rsplit(']').next().unwrap_or_default().contains(':')
    });
    let is_here = match url.host() {
        Some(url::Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        Some(url::Host::Ipv4(address)) => address.is_loopback() || address.is_unspecified(),
        Some(url::Host::Ipv6(address)) => address.is_loopback() || address.is_unspecified(),
        None => true,
    };
    !has_port && !is_here
}
