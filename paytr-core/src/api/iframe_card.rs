use std::fmt;
use std::net::IpAddr;

use paid_once::{Mode, Money};

use crate::api::field_rule::{CURRENCY, LANGUAGE, MINUTES, ORDER_ID, Shape, obey};
use crate::api::{Answer, DecodeError, Effect, Endpoint, FieldRule, Form, InvalidRequest, invalid};
use crate::reply::JsonReply;
use crate::wire::RawJson;
use crate::{Basket, Credentials, Language, MerchantOid, amount};

/// Asks for an iframe in which the buyer pays by card.
///
/// `POST /odeme/api/get-token`. Source: PayTR, iFrame API step 1 and the V2 design page.
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `order` | `merchant_oid` | 1 to 64 ASCII letters and digits | documented |
/// | `amount` | `payment_amount`, `currency` | minor units, from 100; TL, EUR, USD, GBP, RUB | documented |
/// | `basket` | `user_basket` | Base64 of a JSON list of rows; prices in major units | documented |
/// | `buyer` | `user_ip`, `email`, `user_…` | see [`Buyer`] | documented |
/// | `ok_url` | `merchant_ok_url` | a URL of up to 400 characters | documented |
/// | `fail_url` | `merchant_fail_url` | a URL of up to 400 characters | documented |
/// | `installments` | `no_installment`, `max_installment` | 0 or 1; 0, or 2 to 12 | documented |
/// | `mode` | `test_mode` | 0 or 1 | documented |
/// | `language` | `lang` | `tr` or `en` | documented |
/// | `design` | `iframe_v2`, `iframe_v2_dark` | 0 or 1, left out for the classic page | documented |
/// | `timeout_minutes` | `timeout_limit` | minutes; 30 when left out | documented |
/// | `debug` | `debug_on` | 0 or 1 | documented |
///
/// Source, as published in August 2026:
/// <https://dev.paytr.com/iframe-api/iframe-api-1-adim>,
/// <https://dev.paytr.com/iframe-api/iframe-api-yeni-tasarim>.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct IframeCard {
    /// The order id: unique, a new one per attempt.
    pub order: MerchantOid,
    /// The amount to pay: 1.00 or more, in TRY, EUR, USD, GBP or RUB.
    pub amount: Money,
    /// What is bought. Its sum need not be the amount.
    pub basket: Basket,
    /// Who buys.
    pub buyer: Buyer,
    /// Where the buyer's browser goes after paying. It proves nothing. At most 400 characters.
    pub ok_url: String,
    /// Where the buyer's browser goes otherwise. At most 400 characters.
    pub fail_url: String,
    /// Which instalments the buyer may choose. Default: all that the store allows.
    pub installments: Installments,
    /// Live or test. Default: live.
    pub mode: Mode,
    /// The language of the page. Default: Turkish.
    pub language: Language,
    /// The look of the page. Default: classic.
    pub design: PageDesign,
    /// How long the page can be paid, in minutes. PayTR's default is 30.
    pub timeout_minutes: Option<u32>,
    /// Shows integration faults on the page. Leave it off in production.
    pub debug: bool,
}

/// Which instalments the buyer may choose.
///
/// On the wire: `no_installment`, 0 or 1, and `max_installment`, 0 or 2 to 12. Documented:
/// <https://dev.paytr.com/iframe-api/iframe-api-1-adim>, August 2026.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Installments {
    /// As many as the store and the card allow.
    #[default]
    Any,
    /// A single payment only.
    None,
    /// At most this many: 2 to 12.
    UpTo(u8),
}

/// The look of PayTR's payment page.
///
/// On the wire: `iframe_v2` and `iframe_v2_dark`, 1 or absent. Documented:
/// <https://dev.paytr.com/iframe-api/iframe-api-yeni-tasarim>, August 2026.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PageDesign {
    /// The first one.
    #[default]
    Classic,
    /// The new one.
    V2,
    /// The new one, dark.
    V2Dark,
}

impl IframeCard {
    /// A request with PayTR's defaults.
    #[must_use]
    pub fn new(
        order: MerchantOid,
        basket: Basket,
        buyer: Buyer,
        ok_url: impl Into<String>,
        fail_url: impl Into<String>,
    ) -> Self {
        Self {
            order,
            amount: basket.total(),
            basket,
            buyer,
            ok_url: ok_url.into(),
            fail_url: fail_url.into(),
            installments: Installments::default(),
            mode: Mode::Live,
            language: Language::default(),
            design: PageDesign::default(),
            timeout_minutes: None,
            debug: false,
        }
    }

    /// What is beside the rules of the fields: 0 and 1 are no "at most so many".
    fn check(&self) -> Result<&'static str, InvalidRequest> {
        if matches!(self.installments, Installments::UpTo(0 | 1)) {
            return Err(InvalidRequest::Range {
                field: "max_installment",
                min: 2,
                max: 12,
            });
        }
        invalid::currency(self.amount.currency())
    }
}

impl Endpoint for IframeCard {
    const PATH: &'static str = "/odeme/api/get-token";
    const EFFECT: Effect = Effect::Changes;
    const SIGNED: &'static [&'static str] = &[
        "merchant_id",
        "user_ip",
        "merchant_oid",
        "email",
        "payment_amount",
        "user_basket",
        "no_installment",
        "max_installment",
        "currency",
        "test_mode",
    ];
    const RULES: &'static [FieldRule] = &[
        FieldRule::new("user_ip", Shape::BuyerIp),
        FieldRule::new("merchant_oid", ORDER_ID),
        FieldRule::new("email", Shape::Email),
        FieldRule::new("user_name", Shape::Text { min: 1, max: 60 }),
        FieldRule::new("user_address", Shape::Text { min: 1, max: 400 }),
        FieldRule::new("user_phone", Shape::Text { min: 1, max: 20 }),
        FieldRule::new("payment_amount", Shape::MinorUnits { min: 100 }),
        FieldRule::new("merchant_ok_url", Shape::ReturnUrl),
        FieldRule::new("merchant_fail_url", Shape::ReturnUrl),
        FieldRule::new("user_basket", Shape::BasketInBase64),
        FieldRule::new("no_installment", Shape::Flag),
        FieldRule::new("max_installment", Shape::MaxInstallment),
        FieldRule::new("currency", CURRENCY).optional(),
        FieldRule::new("test_mode", Shape::Flag).optional(),
        FieldRule::new("debug_on", Shape::Flag).optional(),
        FieldRule::new("timeout_limit", MINUTES).optional(),
        FieldRule::new("lang", LANGUAGE).optional(),
        FieldRule::new("iframe_v2", Shape::Flag).optional(),
        FieldRule::new("iframe_v2_dark", Shape::Flag).optional(),
    ];
    type Reply = IframeToken;

    fn form(&self, credentials: &Credentials) -> Result<Form, InvalidRequest> {
        let currency = self.check()?;
        let (no_installment, max_installment) = match self.installments {
            Installments::Any => ("0", "0".to_owned()),
            Installments::None => ("1", "0".to_owned()),
            Installments::UpTo(count) => ("0", count.to_string()),
        };
        let v2 = (self.design != PageDesign::Classic).then_some("1");
        let dark = (self.design == PageDesign::V2Dark).then_some("1");
        let form = Form::new()
            .field("merchant_id", credentials.merchant_id().to_string())
            .field("user_ip", self.buyer.ip.to_string())
            .field("merchant_oid", self.order.to_string())
            .field("email", self.buyer.email.clone())
            .field("payment_amount", amount::minor_text(self.amount))
            .field("user_basket", self.basket.to_base64())
            .field("no_installment", no_installment)
            .field("max_installment", max_installment)
            .field("currency", currency)
            .field("test_mode", test_mode(self.mode))
            .field("user_name", self.buyer.name.clone())
            .field("user_address", self.buyer.address.clone())
            .field("user_phone", self.buyer.phone.clone())
            .field("merchant_ok_url", self.ok_url.clone())
            .field("merchant_fail_url", self.fail_url.clone())
            .field("lang", self.language.code())
            .field("debug_on", if self.debug { "1" } else { "0" })
            .optional("timeout_limit", self.timeout_minutes.map(|n| n.to_string()))
            .optional("iframe_v2", v2)
            .optional("iframe_v2_dark", dark);
        Ok(obey(Self::RULES, form)?.sign(credentials, Self::SIGNED))
    }

    fn decode(&self, body: &[u8]) -> Result<Answer<IframeToken>, DecodeError> {
        decode(body, CARD_PAGE)
    }
}

const CARD_PAGE: &str = "/odeme/guvenli/";
pub(super) const EFT_PAGE: &str = "/odeme/api/";

/// The token of one payment page. Whoever has it can open the page, so `Debug` does not show it.
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `token` | `token` | text; its alphabet and its life are not documented | documented |
///
/// Source, as published in August 2026:
/// <https://dev.paytr.com/iframe-api/iframe-api-1-adim>,
/// <https://dev.paytr.com/iframe-api/iframe-api-yeni-tasarim>.
#[derive(Clone, PartialEq, Eq)]
pub struct IframeToken {
    token: String,
    page: &'static str,
    raw: RawJson,
}

impl IframeToken {
    /// The token itself. PayTR documents neither its alphabet nor its life beyond `timeout_limit`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.token
    }

    /// The whole reply. It has the token in it.
    #[must_use]
    pub fn raw(&self) -> &RawJson {
        &self.raw
    }

    /// The address path of the page, from the root of `https://www.paytr.com`; the token is
    /// percent-encoded in it.
    #[must_use]
    pub fn page_path(&self) -> String {
        let token: String = form_urlencoded::byte_serialize(self.token.as_bytes()).collect();
        // In a path a blank is %20; the form encoder writes a real plus sign as %2B.
        format!("{}{}", self.page, token.replace('+', "%20"))
    }
}

impl fmt::Debug for IframeToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IframeToken(..)")
    }
}

/// Reads a reply of get-token: `{"status":"success","token":…}` or `{"status":"failed","reason":…}`.
pub(super) fn decode(body: &[u8], page: &'static str) -> Result<Answer<IframeToken>, DecodeError> {
    let reply = JsonReply::parse(body)?;
    Ok(match reply.status()?.as_str() {
        "success" => Answer::Success(IframeToken {
            token: reply.required("token")?,
            page,
            raw: reply.into_raw(),
        }),
        "failed" | "error" => Answer::Refused(reply.refusal("get-token")),
        _ => return Err(DecodeError::Value { name: "status" }),
    })
}

/// `test_mode` of both variants.
pub(super) fn test_mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Live => "0",
        Mode::Test => "1",
    }
}

/// Who buys. Personal data: `Debug` shows none of it.
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `ip` | `user_ip` | up to 39 characters, a public address; documented as IPv4 | documented |
/// | `email` | `email` | up to 100 characters, no Turkish letters | documented |
/// | `name` | `user_name` | 1 to 60 characters; 30 for a bank transfer | documented |
/// | `address` | `user_address` | 1 to 400 characters | documented |
/// | `phone` | `user_phone` | 1 to 20 characters; 11 digits for a bank transfer | documented |
///
/// Source, as published in August 2026:
/// <https://dev.paytr.com/iframe-api/iframe-api-1-adim>,
/// <https://dev.paytr.com/iframe-api/iframe-api-yeni-tasarim>.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Buyer {
    /// The public address of the buyer's browser. PayTR documents IPv4 only.
    pub ip: IpAddr,
    /// E-mail address: at most 100 ASCII characters.
    pub email: String,
    /// Name: 1 to 60 characters.
    pub name: String,
    /// Address: 1 to 400 characters.
    pub address: String,
    /// Phone number: 1 to 20 characters.
    pub phone: String,
}

impl Buyer {
    /// A buyer. `::ffff:a.b.c.d` becomes the IPv4 address it stands for.
    #[must_use]
    pub fn new(
        ip: IpAddr,
        email: impl Into<String>,
        name: impl Into<String>,
        address: impl Into<String>,
        phone: impl Into<String>,
    ) -> Self {
        Self {
            ip: ip.to_canonical(),
            email: email.into(),
            name: name.into(),
            address: address.into(),
            phone: phone.into(),
        }
    }
}

impl fmt::Debug for Buyer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Buyer(..)")
    }
}
