//! Where a request leaves Paytrek's documentation in a way that some client of Paytrek does.

use std::fmt;

/// A call that Paytrek's documentation has otherwise. The fake reads it all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Warning {
    /// The method and the resource of the call: `POST refund`.
    pub call: String,
    /// What is otherwise.
    pub departure: Departure,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.call, self.departure)
    }
}

/// A difference between Paytrek's documentation and clients that Paytrek itself has published.
///
/// Which of the two the live service takes is unknown: the fake takes both, and
/// [`PaytrekClient`](crate::PaytrekClient) keeps to the documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Departure {
    /// A capture, cancel or refund names its sale in the path, not in the body.
    SaleTokenInPath,
    /// The body calls the sale `sale`, not `sale_token`.
    SaleNamedSale,
    /// A card is stored without `cvc`.
    CardWithoutSecurityCode,
    /// A direct charge is posted to `charge`.
    DirectChargeAtCharge,
    /// `order_id` is a number.
    OrderIdAsNumber,
}

impl Departure {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::SaleTokenInPath,
        Self::SaleNamedSale,
        Self::CardWithoutSecurityCode,
        Self::DirectChargeAtCharge,
        Self::OrderIdAsNumber,
    ];

    /// A name for programs, such as `sale_token_in_path`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SaleTokenInPath => "sale_token_in_path",
            Self::SaleNamedSale => "sale_named_sale",
            Self::CardWithoutSecurityCode => "card_without_security_code",
            Self::DirectChargeAtCharge => "direct_charge_at_charge",
            Self::OrderIdAsNumber => "order_id_as_number",
        }
    }
}

impl fmt::Display for Departure {
    /// What was sent, what the documentation has, and who sends it so.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SaleTokenInPath => {
                "the sale is named in the path; the documentation posts to the bare resource, with \
                 sale_token in the body (Paytrek's Python client for v2 sends the path)"
            }
            Self::SaleNamedSale => {
                "the sale is named in the field sale; the documentation calls it sale_token \
                 (Paytrek's Python client for v2 sends sale)"
            }
            Self::CardWithoutSecurityCode => {
                "a card is stored without cvc; the documentation requires it (Paytrek's Python \
                 client for v2 does not ask for it)"
            }
            Self::DirectChargeAtCharge => {
                "a direct charge is posted to charge; the documentation has direct_charge for it \
                 (Paytrek's Python client for v2 posts to charge)"
            }
            Self::OrderIdAsNumber => {
                "order_id is a number; the documentation has text (vendor samples send a number)"
            }
        })
    }
}
