use paid_once::Money;

use super::sale_fields::SaleBody;
use super::{Answer, Call, Decoded, Effect, InvalidRequest, Request, Sale, SaleData};
use crate::{Buyer, DecodeError, OrderId};

/// Creates a sale: `POST /api/v2/sale/`. Nothing is charged yet.
///
/// Afterwards the buyer pays on the [hosted page](crate::Host::hosted_page), or the shop charges a card.
///
/// ```
/// use paytrek::api::{Item, NewSale, ThreeDSecure};
/// use paytrek::{Buyer, Currency, Money, OrderId};
///
/// # let buyer = Buyer::new(("A", "Y"), "a@example.com", "88.255.10.20".parse()?, ("1", "İzmir", "TR"));
/// let price = Money::new(1_200, Currency::TRY);
/// let total = Money::new(2_400, Currency::TRY);
/// let sale = NewSale::new(OrderId::new("SHOP0001")?, total, buyer)
///     .item(Item::new("Kalem", price, 2))
///     .three_d_secure(ThreeDSecure::Ask)
///     .return_to("https://shop.example/return/SHOP0001");
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "a sale is created by sending it"]
pub struct NewSale {
    pub(super) order_id: OrderId,
    pub(super) amount: Money,
    pub(super) buyer: Buyer,
    pub(super) items: Vec<Item>,
    pub(super) instalments: u8,
    pub(super) return_url: Option<String>,
    pub(super) hosted_payment: Option<bool>,
    pub(super) hosted_payment_url: Option<String>,
    pub(super) three_d_secure: ThreeDSecure,
    pub(super) half_secure: Option<HalfSecure>,
    pub(super) capture: WhenToCapture,
    pub(super) sale_data: Option<SaleData>,
    pub(super) fraud_check: Option<FraudCheck>,
}

impl NewSale {
    /// A sale of `amount` in all, in one instalment, without 3-D Secure, captured at once.
    pub fn new(order_id: OrderId, amount: Money, buyer: Buyer) -> Self {
        Self {
            order_id,
            amount,
            buyer,
            items: Vec::new(),
            instalments: 1,
            return_url: None,
            hosted_payment: None,
            hosted_payment_url: None,
            three_d_secure: ThreeDSecure::Skip,
            half_secure: None,
            capture: WhenToCapture::AtOnce,
            sale_data: None,
            fraud_check: None,
        }
    }

    /// The shop's number of the order.
    pub fn order_id(&self) -> &OrderId {
        &self.order_id
    }

    /// What it costs in all.
    pub fn amount(&self) -> Money {
        self.amount
    }

    /// Where the buyer is sent at the end, if the sale says so itself.
    pub fn return_url(&self) -> Option<&str> {
        self.return_url.as_deref()
    }

    /// Adds a line.
    pub fn item(mut self, item: Item) -> Self {
        self.items.push(item);
        self
    }

    /// In this many instalments, from 1.
    pub fn instalments(mut self, number: u8) -> Self {
        self.instalments = number;
        self
    }

    /// Sends the buyer here at the end, with `?token=` and the sale's token appended.
    ///
    /// Leave it without a query: how the token is joined to one is not documented. Without this call the
    /// buyer goes to the address on the merchant's account.
    pub fn return_to(mut self, address: impl Into<String>) -> Self {
        self.return_url = Some(address.into());
        self
    }

    /// Says that the hosted page will be used.
    pub fn hosted(mut self) -> Self {
        self.hosted_payment = Some(true);
        self
    }

    /// The address of a hosted page of the merchant's.
    pub fn hosted_payment_url(mut self, address: impl Into<String>) -> Self {
        self.hosted_payment_url = Some(address.into());
        self
    }

    /// Asks for 3-D Secure or not.
    pub fn three_d_secure(mut self, three_d_secure: ThreeDSecure) -> Self {
        self.three_d_secure = three_d_secure;
        self
    }

    /// What to do with cards that are not enrolled in 3-D Secure. Left out by default.
    pub fn half_secure(mut self, half_secure: HalfSecure) -> Self {
        self.half_secure = Some(half_secure);
        self
    }

    /// When the money moves.
    pub fn capture(mut self, capture: WhenToCapture) -> Self {
        self.capture = capture;
        self
    }

    /// Extra data that come back with the sale.
    pub fn sale_data(mut self, data: SaleData) -> Self {
        self.sale_data = Some(data);
        self
    }

    /// Switches the fraud check. The field appears in samples only and is not documented.
    pub fn fraud_check(mut self, fraud_check: FraudCheck) -> Self {
        self.fraud_check = Some(fraud_check);
        self
    }
}

impl Request for NewSale {
    type Reply = Sale;
    const EFFECT: Effect = Effect::Changes;
    // 201 is documented; some clients expect 200.
    const SUCCESS: &'static [u16] = &[201, 200];

    fn call(&self) -> Result<Call, InvalidRequest> {
        Call::post("/api/v2/sale/", &SaleBody::of(self)?)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<Decoded<Sale>, DecodeError> {
        let sale = Sale::decode(answer.body)?;
        if sale.order_id != self.order_id.as_str() {
            return Err(DecodeError::Other { name: "order_id" });
        }
        Ok(Decoded::Success(sale))
    }
}

/// Whether the buyer's bank is asked to authenticate the buyer.
///
/// Paytrek may answer `secure_option: true` to a sale that asked for none: go by
/// [`ChargeAnswer::next_step`](super::ChargeAnswer::next_step).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThreeDSecure {
    /// Do not ask.
    Skip,
    /// Ask.
    Ask,
}

/// Whether a sale goes on when the enrolment check of 3-D Secure says 2, 3 or 4 (card or bank does not
/// take part).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HalfSecure {
    /// It goes on.
    Allow,
    /// It fails.
    Refuse,
}

/// When the money of a sale moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenToCapture {
    /// With the charge.
    AtOnce,
    /// When [`Capture`](super::Capture) is sent: the charge only holds the money.
    Later,
}

/// Whether Paytrek's fraud check looks at a sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FraudCheck {
    /// It does.
    On,
    /// It does not.
    Off,
}

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
