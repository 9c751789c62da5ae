use std::fmt;

/// One of the three interfaces that take cards.
///
/// They differ in who shows the card form, and in the names of a few fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Interface {
    /// `api`: the shop's own page takes the card, which needs a PCI DSS certificate.
    Api,
    /// `apim`, Payture `InPay`: Payture's page takes the card.
    InPay,
    /// `vwapi`, Payture eWallet: stored cards; either side may take the card.
    EWallet,
}

impl Interface {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Api, Self::InPay, Self::EWallet];

    /// The path segment: `api`, `apim` or `vwapi`.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::InPay => "apim",
            Self::EWallet => "vwapi",
        }
    }

    /// The field that carries the terminal's name. `vwapi/GetState` is an exception: it takes `Key`.
    #[must_use]
    pub fn terminal_field(self) -> &'static str {
        match self {
            Self::Api | Self::InPay => "Key",
            Self::EWallet => "VWID",
        }
    }

    /// The field that carries the inner format. The case matters: `Data` is not `DATA`.
    #[must_use]
    pub fn inner_field(self) -> &'static str {
        match self {
            Self::Api => "PayInfo",
            Self::InPay => "Data",
            Self::EWallet => "DATA",
        }
    }

    /// Whether `Charge` and `Unblock` carry the terminal's password. `Refund` does everywhere.
    #[must_use]
    pub fn hold_needs_password(self) -> bool {
        match self {
            Self::Api => false,
            Self::InPay | Self::EWallet => true,
        }
    }
}

impl fmt::Display for Interface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.path())
    }
}
