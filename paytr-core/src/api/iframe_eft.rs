use std::fmt;

use paid_once::{Currency, Mode, Money};

use crate::api::field_rule::{MINUTES, ORDER_ID, Shape, obey};
use crate::api::{
    Answer, Buyer, DecodeError, Effect, Endpoint, FieldRule, Form, IframeToken, InvalidRequest,
    iframe_card,
};
use crate::{Credentials, MerchantOid, amount};

/// Asks for an iframe in which the buyer announces a bank transfer (Havale/EFT).
///
/// `POST /odeme/api/get-token` with `payment_type=eft`. Needs a store permission of its own; always in
/// lira. Source: PayTR, Havale/EFT iFrame API step 1.
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `order` | `merchant_oid` | 1 to 64 ASCII letters and digits | documented |
/// | `amount` | `payment_amount` | minor units, in lira, by samples and English page | documented |
/// | `buyer` | `user_ip`, `email` | see [`Buyer`] | documented |
/// | `prefill` | `user_name`, `user_phone` | sent or left out: up to 30 characters, 11 digits | documented |
/// | `bank` | `bank` | one of ten codes | documented |
/// | `national_id_last5` | `tc_no_last5` | 5 digits | documented |
/// | `mode` | `test_mode` | 0 or 1 | documented |
/// | `timeout_minutes` | `timeout_limit` | minutes; 30 when left out | documented |
/// | `debug` | `debug_on` | 0 or 1 | documented |
///
/// Source, as published in August 2026:
/// <https://dev.paytr.com/havale-eft-iframe-api/havale-eft-iframe-api-1-adim>.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct IframeEft {
    /// The order id: unique, a new one per attempt.
    pub order: MerchantOid,
    /// The amount to transfer: 1.00 lira or more.
    pub amount: Money,
    /// Who buys. Of it, the e-mail and the IP address are sent, and the rest as
    /// [`prefill`](Self::prefill) says.
    pub buyer: Buyer,
    /// Fills in the buyer's name and phone and locks them in the form. A name above 30 characters or
    /// a phone that is not 11 digits is then left for the buyer to type.
    pub prefill: bool,
    /// Locks the choice of the bank.
    pub bank: Option<EftBank>,
    /// The last five digits of the buyer's national id; filled in and locked.
    pub national_id_last5: Option<String>,
    /// Live or test. Default: live.
    pub mode: Mode,
    /// How long the page can be used, in minutes. PayTR's default is 30.
    pub timeout_minutes: Option<u32>,
    /// Shows integration faults on the page. Leave it off in production.
    pub debug: bool,
}

impl IframeEft {
    /// A request with PayTR's defaults.
    #[must_use]
    pub fn new(order: MerchantOid, amount: Money, buyer: Buyer) -> Self {
        Self {
            order,
            amount,
            buyer,
            prefill: false,
            bank: None,
            national_id_last5: None,
            mode: Mode::Live,
            timeout_minutes: None,
            debug: false,
        }
    }

    fn check(&self) -> Result<(), InvalidRequest> {
        if self.amount.currency() != Currency::TRY {
            return Err(InvalidRequest::Shape {
                field: "payment_amount",
                rule: "bank transfers are in lira",
            });
        }
        Ok(())
    }
}

const ELEVEN_DIGITS: Shape = Shape::Digits {
    count: 11,
    rule: "eleven digits",
};
const FIVE_DIGITS: Shape = Shape::Digits {
    count: 5,
    rule: "five digits",
};
const BANK: Shape = Shape::OneOf {
    values: &[
        "isbank",
        "akbank",
        "denizbank",
        "finansbank",
        "halkbank",
        "ptt",
        "teb",
        "vakifbank",
        "yapikredi",
        "ziraat",
    ],
    rule: "one of isbank, akbank, denizbank, finansbank, halkbank, ptt, teb, vakifbank, yapikredi, \
           ziraat",
};

impl Endpoint for IframeEft {
    const PATH: &'static str = "/odeme/api/get-token";
    const EFFECT: Effect = Effect::Changes;
    const SIGNED: &'static [&'static str] = &[
        "merchant_id",
        "user_ip",
        "merchant_oid",
        "email",
        "payment_amount",
        "payment_type",
        "test_mode",
    ];
    const RULES: &'static [FieldRule] = &[
        FieldRule::new("user_ip", Shape::BuyerIp),
        FieldRule::new("merchant_oid", ORDER_ID),
        FieldRule::new("email", Shape::Email),
        FieldRule::new("payment_amount", Shape::MinorUnits { min: 100 }),
        FieldRule::new("test_mode", Shape::Flag).optional(),
        FieldRule::new("debug_on", Shape::Flag).optional(),
        FieldRule::new("timeout_limit", MINUTES).optional(),
        FieldRule::new("user_name", Shape::Text { min: 1, max: 30 }).optional(),
        FieldRule::new("user_phone", ELEVEN_DIGITS).optional(),
        FieldRule::new("tc_no_last5", FIVE_DIGITS),
        FieldRule::new("bank", BANK).optional(),
    ];
    type Reply = IframeToken;

    fn form(&self, credentials: &Credentials) -> Result<Form, InvalidRequest> {
        self.check()?;
        let name = Some(self.buyer.name.clone())
            .filter(|name| self.prefill && (1..=30).contains(&name.chars().count()));
        let phone = Some(self.buyer.phone.clone()).filter(|phone| {
            self.prefill && phone.len() == 11 && phone.bytes().all(|byte| byte.is_ascii_digit())
        });
        let form = Form::new()
            .field("merchant_id", credentials.merchant_id().to_string())
            .field("user_ip", self.buyer.ip.to_string())
            .field("merchant_oid", self.order.to_string())
            .field("email", self.buyer.email.clone())
            .field("payment_amount", amount::minor_text(self.amount))
            .field("payment_type", "eft")
            .field("test_mode", iframe_card::test_mode(self.mode))
            .field("debug_on", if self.debug { "1" } else { "0" })
            .optional("timeout_limit", self.timeout_minutes.map(|n| n.to_string()))
            .optional("user_name", name)
            .optional("user_phone", phone)
            .optional("tc_no_last5", self.national_id_last5.clone())
            .optional("bank", self.bank.map(EftBank::code));
        Ok(obey(Self::RULES, form)?.sign(credentials, Self::SIGNED))
    }

    fn decode(&self, body: &[u8]) -> Result<Answer<IframeToken>, DecodeError> {
        iframe_card::decode(body, iframe_card::EFT_PAGE)
    }
}

impl fmt::Debug for IframeEft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IframeEft")
            .field("order", &self.order)
            .field("amount", &self.amount)
            .field("bank", &self.bank)
            .field("mode", &self.mode)
            .finish_non_exhaustive()
    }
}

/// A bank that PayTR takes transfers at.
///
/// On the wire: `bank`, one of ten codes. Documented:
/// <https://dev.paytr.com/havale-eft-iframe-api/havale-eft-iframe-api-1-adim>, August 2026.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names of banks")]
pub enum EftBank {
    Isbank,
    Akbank,
    Denizbank,
    Finansbank,
    Halkbank,
    Ptt,
    Teb,
    Vakifbank,
    Yapikredi,
    Ziraat,
}

impl EftBank {
    /// Every bank.
    pub const ALL: [Self; 10] = [
        Self::Isbank,
        Self::Akbank,
        Self::Denizbank,
        Self::Finansbank,
        Self::Halkbank,
        Self::Ptt,
        Self::Teb,
        Self::Vakifbank,
        Self::Yapikredi,
        Self::Ziraat,
    ];

    /// PayTR's code: `isbank`, `akbank`, …
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Isbank => "isbank",
            Self::Akbank => "akbank",
            Self::Denizbank => "denizbank",
            Self::Finansbank => "finansbank",
            Self::Halkbank => "halkbank",
            Self::Ptt => "ptt",
            Self::Teb => "teb",
            Self::Vakifbank => "vakifbank",
            Self::Yapikredi => "yapikredi",
            Self::Ziraat => "ziraat",
        }
    }

    /// The bank with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|bank| bank.code() == code)
    }
}
