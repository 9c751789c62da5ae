use std::fmt;

use paid_once::Money;

use super::LinkId;
use crate::api::field_rule::{CURRENCY, LANGUAGE, Shape, obey};
use crate::api::{Answer, DecodeError, Effect, Endpoint, FieldRule, Form, InvalidRequest, invalid};
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
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `name` | `name` | 4 to 200 characters | documented |
/// | `price` | `price`, `currency` | minor units; the least price of a flexible link | documented |
/// | `kind` | `link_type` and more | see [`LinkKind`] | documented |
/// | `max_installments` | `max_installment` | 1 to 12; 1 for one payment | documented |
/// | `interest_free_up_to` | `pft` | 2 to 12 | documented |
/// | `language` | `lang` | `tr` or `en` | documented |
/// | `expires_at` | `expiry_date` | `YYYY-MM-DD hh:mm:ss`, Turkish time | documented |
/// | `callback` | `callback_link`, `callback_id` | see [`CallbackTarget`] | documented |
/// | `qr_code` | `get_qr` | 0 or 1 | documented |
/// | `debug` | `debug_on` | 0 or 1 | documented |
///
/// Source: <https://dev.paytr.com/link-api/link-api-create>, as published in August 2026.
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
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | the variant | `link_type` | `product`, `collection` or `flex` | documented |
/// | `min_count` | `min_count` | pieces, 1 or more | documented |
/// | `max_count` | `max_count` | pieces, 1 or more | documented |
/// | `email` | `email` | up to 100 characters, no Turkish letters | documented |
/// | `max_price` | `flex_max_price` | minor units, in the currency of the price | documented |
/// | `user_name` | `user_name` | a name | documented |
///
/// Source: <https://dev.paytr.com/link-api/link-api-create>, as published in August 2026.
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

    /// What is beside the rules of the fields.
    fn check(&self, price: Money) -> Result<(), InvalidRequest> {
        let Self::Flex {
            max_price,
            user_name,
        } = self
        else {
            return Ok(());
        };
        if max_price.currency() != price.currency() {
            return Err(InvalidRequest::Shape {
                field: "flex_max_price",
                rule: "in the currency of the price",
            });
        }
        let least = price.minor_units();
        invalid::minor_units_from("flex_max_price", least, max_price.minor_units())?;
        // A name that is given is not blank.
        user_name
            .as_ref()
            .map_or(Ok(()), |name| invalid::length("user_name", name, 1, 60))
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
        self.kind.check(self.price)?;
        invalid::currency(self.price.currency())
    }
}

const KINDS: Shape = Shape::OneOf {
    values: &["product", "collection", "flex"],
    rule: "product, collection or flex",
};
const COUNT: Shape = Shape::Number {
    min: 1,
    max: u32::MAX as u64,
};

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
    const RULES: &'static [FieldRule] = &[
        FieldRule::new("name", Shape::Text { min: 4, max: 200 }),
        FieldRule::new("price", Shape::MinorUnits { min: 100 }),
        FieldRule::new("currency", CURRENCY).optional(),
        FieldRule::new("max_installment", Shape::Number { min: 1, max: 12 }),
        FieldRule::new("pft", Shape::Number { min: 2, max: 12 }).optional(),
        FieldRule::new("link_type", KINDS),
        FieldRule::new("lang", LANGUAGE).optional(),
        FieldRule::new("min_count", COUNT),
        FieldRule::new("max_count", COUNT).optional(),
        FieldRule::new("email", Shape::Email),
        FieldRule::new("flex_max_price", Shape::MinorUnits { min: 100 }).optional(),
        FieldRule::new("user_name", Shape::Text { min: 1, max: 60 }).optional(),
        FieldRule::new("expiry_date", Shape::DateTime).optional(),
        FieldRule::new("callback_link", Shape::CallbackUrl).optional(),
        FieldRule::new("callback_id", Shape::Id { max: 64 }).optional(),
        FieldRule::new("get_qr", Shape::Flag).optional(),
        FieldRule::new("debug_on", Shape::Flag).optional(),
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
        let form = form
            .optional("pft", self.interest_free_up_to.map(|n| n.to_string()))
            .optional("expiry_date", self.expires_at.map(|at| at.to_string()))
            .optional("callback_link", callback.map(|to| to.url.clone()))
            .optional("callback_id", callback.map(|to| to.id.to_string()))
            .field("get_qr", if self.qr_code { "1" } else { "0" })
            .field("debug_on", if self.debug { "1" } else { "0" });
        Ok(obey(Self::RULES, form)?.sign(credentials, Self::SIGNED))
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
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `id` | `id` | text | documented |
/// | `url` | `link` | a URL of PayTR | documented |
/// | `qr_code` | `qr` | a PNG in Base64; the name is that of other clients | assumed |
///
/// Source: <https://dev.paytr.com/link-api/link-api-create>, as published in August 2026.
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
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `url` | `callback_link` | http or https, without a port, up to 400 characters | documented |
/// | `id` | `callback_id` | 1 to 64 letters and digits | documented |
///
/// Source: <https://dev.paytr.com/link-api/link-api-create>, as published in August 2026.
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
}
