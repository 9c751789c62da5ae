//! What only a payment of one kind has: by card, by bank transfer, through the Direct API or a link.

use url::Url;

use super::Warning;
use super::basket::{self, BasketLine};
use super::fields::{Fields, Refused};
use crate::amounts;

/// What only a card payment has.
pub(crate) struct CardDetails {
    pub(crate) basket: Vec<BasketLine>,
    /// BKM Express is taken without.
    pub(crate) ok_url: Option<String>,
    pub(crate) fail_url: Option<String>,
    /// 1 for none.
    pub(crate) max_installments: u8,
    pub(crate) design: Design,
}

/// The look of the page.
#[derive(Clone, Copy)]
pub(crate) enum Design {
    Classic,
    V2,
    V2Dark,
}

impl CardDetails {
    pub(super) fn read(fields: &Fields<'_>, warnings: &mut Vec<Warning>) -> Result<Self, Refused> {
        for (name, most) in [("user_name", 60), ("user_address", 400), ("user_phone", 20)] {
            fields.required(name, most)?;
        }
        Ok(Self {
            basket: basket::read(fields, warnings)?,
            max_installments: max_installments(fields, warnings)?,
            ok_url: Some(fields.return_url("merchant_ok_url")?),
            fail_url: Some(fields.return_url("merchant_fail_url")?),
            design: design(fields)?,
        })
    }
}

fn max_installments(fields: &Fields<'_>, warnings: &mut Vec<Warning>) -> Result<u8, Refused> {
    let none = match fields.or_zero("no_installment", warnings)? {
        0 => false,
        1 => true,
        _ => return Err(Refused::Field("no_installment")),
    };
    match (none, fields.or_zero("max_installment", warnings)?) {
        (true, 0..=12) => Ok(1),
        (false, 0) => Ok(amounts::MOST_INSTALLMENTS),
        (false, most @ 2..=12) => u8::try_from(most).map_err(|_| Refused::Field("max_installment")),
        _ => Err(Refused::Field("max_installment")),
    }
}

fn design(fields: &Fields<'_>) -> Result<Design, Refused> {
    let v2 = fields.flag("iframe_v2")?;
    Ok(match (v2, fields.flag("iframe_v2_dark")?) {
        (false, _) => Design::Classic,
        (true, false) => Design::V2,
        (true, true) => Design::V2Dark,
    })
}

/// PayTR's codes of the banks, with their names for people.
pub(crate) const BANKS: [(&str, &str); 10] = [
    ("isbank", "İş Bankası"),
    ("akbank", "Akbank"),
    ("denizbank", "DenizBank"),
    ("finansbank", "QNB Finansbank"),
    ("halkbank", "Halkbank"),
    ("ptt", "PTT"),
    ("teb", "TEB"),
    ("vakifbank", "VakıfBank"),
    ("yapikredi", "Yapı Kredi"),
    ("ziraat", "Ziraat Bankası"),
];

/// What the shop filled in and locked.
pub(crate) struct EftDetails {
    pub(crate) bank: Option<&'static str>,
    pub(crate) user_name: Option<String>,
    pub(crate) user_phone: Option<String>,
    pub(crate) tc_no_last5: Option<String>,
}

impl EftDetails {
    pub(super) fn read(fields: &Fields<'_>) -> Result<Self, Refused> {
        let owned = |value: Option<&str>| value.map(str::to_owned);
        let bank = match fields.optional("bank", 20)? {
            Some(code) => Some(bank_code(code).ok_or(Refused::Field("bank"))?),
            None => None,
        };
        Ok(Self {
            bank,
            user_name: owned(fields.optional("user_name", 30)?),
            user_phone: owned(fields.digits("user_phone", 11)?),
            tc_no_last5: owned(fields.digits("tc_no_last5", 5)?),
        })
    }
}

fn bank_code(code: &str) -> Option<&'static str> {
    let mut codes = BANKS.iter().map(|(known, _)| *known);
    codes.find(|known| *known == code)
}

/// Where a payment came from, and what that brings with it.
pub(crate) enum Channel {
    /// get-token: a page inside the shop's page.
    Iframe,
    /// A card form on the shop's own page.
    Direct(DirectDetails),
    /// A BKM Express payment of the Direct API.
    BkmExpress,
    /// A payment link.
    Link(LinkDetails),
}

/// What only a payment of the Direct API has.
#[derive(Default)]
pub(crate) struct DirectDetails {
    /// The card is stored once it has paid.
    pub(crate) keep: Option<KeepCard>,
}

/// A card to be stored.
#[derive(Clone)]
pub(crate) struct KeepCard {
    /// The user who gets it; a new one if there is none.
    pub(crate) utoken: Option<String>,
    pub(crate) holder: String,
    /// Two digits each.
    pub(crate) month: String,
    pub(crate) year: String,
}

/// What only a payment of a link has.
#[derive(Clone)]
pub(crate) struct LinkDetails {
    pub(crate) link: String,
    /// How many pieces of a product.
    pub(crate) count: u64,
    /// Up to this many instalments cost the buyer nothing extra; 1 for none.
    pub(crate) interest_free: u8,
    pub(crate) callback: Option<LinkCallback>,
}

/// Where a link's payments are told.
#[derive(Clone)]
pub(crate) struct LinkCallback {
    pub(crate) url: Url,
    pub(crate) id: String,
}
