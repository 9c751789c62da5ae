use super::CardForm;

/// A card of the sandbox, as the documentation lists it.
///
/// Their dates are in the past. Whether the sandbox still takes them is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TestCard {
    /// Also listed for ING. No 3-D Secure password.
    Isbank,
    /// No 3-D Secure password.
    YapiKredi,
    /// 3-D Secure password `a`.
    Akbank,
    /// 3-D Secure password `a`.
    Finansbank,
}

impl TestCard {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Isbank,
        Self::YapiKredi,
        Self::Akbank,
        Self::Finansbank,
    ];

    /// The number.
    #[must_use]
    pub fn number(self) -> &'static str {
        match self {
            Self::Isbank => "4508034508034509",
            Self::YapiKredi => "4506347043358536",
            Self::Akbank => "4355084355084358",
            Self::Finansbank => "5456165456165454",
        }
    }

    /// The expiry, `MM/YYYY`.
    #[must_use]
    pub fn expiration(self) -> &'static str {
        match self {
            Self::Isbank => "12/2020",
            Self::YapiKredi => "08/2019",
            Self::Akbank | Self::Finansbank => "12/2018",
        }
    }

    /// What is typed on the bank's page, for cards that have one.
    #[must_use]
    pub fn three_d_password(self) -> Option<&'static str> {
        match self {
            Self::Isbank | Self::YapiKredi => None,
            Self::Akbank | Self::Finansbank => Some("a"),
        }
    }

    /// The card as a buyer would type it. It passes the checks with
    /// [`ExpiredCards::AllowTestCards`](super::ExpiredCards::AllowTestCards).
    #[must_use]
    pub fn form(self) -> CardForm<'static> {
        CardForm {
            number: self.number(),
            expiration: self.expiration(),
            cvc: "000",
            holder: "John Doe",
        }
    }
}
