use super::fields::{Fields, Refused};

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
