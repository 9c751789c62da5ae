use std::fmt;
use std::net::IpAddr;

/// Who buys. Personal data: `Debug` shows none of it.
///
/// ```
/// use paytrek::Buyer;
///
/// let buyer = Buyer::new(
///     ("Ayşe", "Yılmaz"),
///     "ayse@example.com",
///     "88.255.10.20".parse()?,
///     ("Kordon Boyu 1", "İzmir", "TR"),
/// )
/// .phone("05001112233");
/// # Ok::<_, std::net::AddrParseError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Buyer {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// E-mail address.
    pub email: String,
    /// The address of the buyer's browser. Take it from the connection, or from a header that a proxy of
    /// yours sets, never from one that the buyer can set.
    pub ip: IpAddr,
    /// Street and number.
    pub address: String,
    /// City.
    pub city: String,
    /// Two-letter ISO 3166 code.
    pub country: String,
    /// Postal abbreviation, for the US and Canada.
    pub state: Option<String>,
    /// Postal code.
    pub zipcode: Option<String>,
    /// Phone number.
    pub phone: Option<String>,
}

impl Buyer {
    /// A buyer by `(first name, last name)`, e-mail, browser address and `(street, city, country)`.
    pub fn new(
        (first_name, last_name): (impl Into<String>, impl Into<String>),
        email: impl Into<String>,
        ip: IpAddr,
        (address, city, country): (impl Into<String>, impl Into<String>, impl Into<String>),
    ) -> Self {
        Self {
            first_name: first_name.into(),
            last_name: last_name.into(),
            email: email.into(),
            ip: ip.to_canonical(),
            address: address.into(),
            city: city.into(),
            country: country.into(),
            state: None,
            zipcode: None,
            phone: None,
        }
    }

    /// With a state of the US or Canada.
    #[must_use]
    pub fn state(mut self, state: impl Into<String>) -> Self {
        self.state = Some(state.into());
        self
    }

    /// With a postal code.
    #[must_use]
    pub fn zipcode(mut self, zipcode: impl Into<String>) -> Self {
        self.zipcode = Some(zipcode.into());
        self
    }

    /// With a phone number.
    #[must_use]
    pub fn phone(mut self, phone: impl Into<String>) -> Self {
        self.phone = Some(phone.into());
        self
    }
}

impl fmt::Debug for Buyer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Buyer(..)")
    }
}
