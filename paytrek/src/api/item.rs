use paid_once::Money;

/// One line of what is sold.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Item {
    /// What it is called.
    pub name: String,
    /// The price of one, in the sale's currency.
    pub unit_price: Money,
    /// How many, from 1.
    pub quantity: u32,
    /// The address of a picture.
    pub photo: Option<String>,
}

impl Item {
    /// `quantity` of something, at `unit_price` each.
    pub fn new(name: impl Into<String>, unit_price: Money, quantity: u32) -> Self {
        Self {
            name: name.into(),
            unit_price,
            quantity,
            photo: None,
        }
    }

    /// With a picture.
    #[must_use]
    pub fn photo(mut self, address: impl Into<String>) -> Self {
        self.photo = Some(address.into());
        self
    }
}
