use std::fmt;
use std::net::IpAddr;

use crate::api::{InvalidRequest, invalid};

/// Who buys. Personal data: `Debug` shows none of it.
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

    pub(super) fn check(&self) -> Result<(), InvalidRequest> {
        invalid::email(&self.email)?;
        invalid::length("user_name", &self.name, 1, 60)?;
        invalid::length("user_address", &self.address, 1, 400)?;
        invalid::length("user_phone", &self.phone, 1, 20)
    }
}

impl fmt::Debug for Buyer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Buyer(..)")
    }
}
