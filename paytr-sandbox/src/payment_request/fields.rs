use std::net::IpAddr;

use paytr_core::Language;
use url::Url;

use super::Warning;
use crate::form::PostedForm;

/// Why a request is refused, in PayTR's own words where they are known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    #[error("Zorunlu alan degeri gecersiz veya gonderilmedi: {0}")]
    Field(&'static str),
    #[error("Gecersiz istek veya magaza aktif degil")]
    Inactive,
    #[error("paytr_token gonderilmedi veya gecersiz (get-token)")]
    Token,
    #[error("merchant_oid alfanumerik olmalidir, ozel karakter iceremez")]
    MerchantOid,
    #[error("paytr_token gonderilmedi veya gecersiz")]
    DirectToken,
    #[error("Kart yok veya daha önce silinmiş")]
    NoSuchCard,
    // No text of PayTR is known for these.
    #[error("payment_amount degeri 1.00 degerinden kucuk olamaz")]
    TooLittleDirect,
    #[error("merchant_oid ile devam eden bir islem var")]
    InProgress,
    #[error("merchant_oid daha once kullanilmis")]
    OidUsed,
    #[error("payment_amount degeri 100 degerinden kucuk olamaz")]
    TooLittle,
    #[error("merchant_oid daha once kullanilmis, odemesi tamamlanmis")]
    AlreadyPaid,
}

/// Reads single fields by the documented rules.
pub(crate) struct Fields<'a> {
    form: &'a PostedForm,
}

/// Nothing near this is a price; sums of it with any surcharge still fit.
const MOST: u64 = 1_000_000_000_000;

impl<'a> Fields<'a> {
    pub(crate) fn of(form: &'a PostedForm) -> Self {
        Self { form }
    }

    /// A field with 1 to `most` characters.
    pub(crate) fn required(&self, name: &'static str, most: usize) -> Result<&'a str, Refused> {
        self.optional(name, most)?.ok_or(Refused::Field(name))
    }

    /// A field with at most `most` characters; an empty one counts as not sent.
    pub(crate) fn optional(
        &self,
        name: &'static str,
        most: usize,
    ) -> Result<Option<&'a str>, Refused> {
        let sent = self.form.get(name).filter(|value| !value.trim().is_empty());
        match sent {
            Some(value) if value.chars().count() > most => Err(Refused::Field(name)),
            sent => Ok(sent),
        }
    }

    /// A field of exactly this many digits.
    pub(crate) fn digits(
        &self,
        name: &'static str,
        count: usize,
    ) -> Result<Option<&'a str>, Refused> {
        let fits = |value: &&str| value.len() == count && is_digits(value);
        match self.optional(name, count)? {
            Some(value) => Some(value)
                .filter(fits)
                .ok_or(Refused::Field(name))
                .map(Some),
            None => Ok(None),
        }
    }

    pub(crate) fn flag(&self, name: &'static str) -> Result<bool, Refused> {
        match self.form.get(name) {
            None | Some("" | "0") => Ok(false),
            Some("1") => Ok(true),
            Some(_) => Err(Refused::Field(name)),
        }
    }

    pub(crate) fn number(&self, name: &'static str) -> Result<u64, Refused> {
        number(name, self.required(name, 20)?)
    }

    /// A field that has to be there; an empty one is 0, as PHP reads it, with a warning.
    pub(crate) fn or_zero(
        &self,
        name: &'static str,
        warnings: &mut Vec<Warning>,
    ) -> Result<u64, Refused> {
        match self.form.get(name) {
            Some(value) if value.trim().is_empty() => {
                warnings.push(Warning::Empty(name));
                Ok(0)
            }
            _ => self.number(name),
        }
    }

    pub(crate) fn amount(&self, name: &'static str) -> Result<u64, Refused> {
        match self.number(name)? {
            0..100 => Err(Refused::TooLittle),
            amount if amount > MOST => Err(Refused::Field(name)),
            amount => Ok(amount),
        }
    }

    pub(crate) fn minutes(&self, name: &'static str, default: u32) -> Result<u32, Refused> {
        if self.optional(name, 20)?.is_none() {
            return Ok(default);
        }
        let minutes = u32::try_from(self.number(name)?).ok();
        let minutes = minutes.filter(|minutes| *minutes > 0);
        minutes.ok_or(Refused::Field(name))
    }

    pub(crate) fn address(&self, name: &'static str) -> Result<IpAddr, Refused> {
        let address = self.required(name, 39)?.parse();
        address.map_err(|_| Refused::Field(name))
    }

    pub(crate) fn email(&self, name: &'static str) -> Result<(), Refused> {
        let value = self.required(name, 100)?;
        let fits = value.is_ascii() && value.contains('@');
        fits.then_some(()).ok_or(Refused::Field(name))
    }

    /// An address that a browser may be sent to: http or https, never a script.
    pub(crate) fn return_url(&self, name: &'static str) -> Result<String, Refused> {
        let url = Url::parse(self.required(name, 400)?).ok();
        let url = url.filter(|url| matches!(url.scheme(), "http" | "https"));
        url.map(String::from).ok_or(Refused::Field(name))
    }

    /// The same, or a warning that there is none.
    pub(crate) fn return_url_or_warning(
        &self,
        name: &'static str,
        warnings: &mut Vec<Warning>,
    ) -> Result<Option<String>, Refused> {
        if self.optional(name, 400)?.is_none() {
            warnings.push(Warning::NotSent(name));
            return Ok(None);
        }
        self.return_url(name).map(Some)
    }

    /// PayTR's name of the currency; an empty field is the lira.
    pub(crate) fn currency(&self, name: &'static str) -> Result<&'static str, Refused> {
        match self.optional(name, 3)? {
            None | Some("TL" | "TRY") => Ok("TL"),
            Some("EUR") => Ok("EUR"),
            Some("USD") => Ok("USD"),
            Some("GBP") => Ok("GBP"),
            Some("RUB") => Ok("RUB"),
            Some(_) => Err(Refused::Field(name)),
        }
    }

    pub(crate) fn language(&self, name: &'static str) -> Result<Language, Refused> {
        match self.optional(name, 2)? {
            None => Ok(Language::default()),
            Some(code) => Language::from_code(code).ok_or(Refused::Field(name)),
        }
    }
}

fn number(name: &'static str, value: &str) -> Result<u64, Refused> {
    let digits = Some(value).filter(|value| is_digits(value));
    let number = digits.and_then(|value| value.parse().ok());
    number.ok_or(Refused::Field(name))
}

pub(crate) fn is_digits(value: &str) -> bool {
    !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit())
}
