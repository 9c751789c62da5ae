use std::net::IpAddr;

use clap::Args;
use paytr_core::api::{Buyer, DirectOrder};
use paytr_core::{Basket, MerchantOid, Mode};

use super::{Amount, BasketItem, CurrencyName, LanguageCode};
use crate::exit::Failure;

/// What every payment at `/odeme` needs.
#[derive(Args)]
pub(crate) struct OrderArgs {
    /// The order id: 1 to 64 letters and digits, a new one per attempt
    #[arg(long, value_name = "ID")]
    order_id: MerchantOid,
    /// The amount to pay, such as 34.56
    #[arg(long)]
    amount: Amount,
    /// The currency
    #[arg(long, default_value = "TL", ignore_case = true)]
    currency: CurrencyName,
    /// One row of the basket; repeat it for more
    #[arg(long, value_name = "NAME:PRICE:QUANTITY", required = true)]
    basket: Vec<BasketItem>,
    /// The buyer's e-mail address, without Turkish letters
    #[arg(long)]
    email: String,
    /// The public address of the buyer's browser
    #[arg(long, value_name = "IP")]
    user_ip: IpAddr,
    /// The buyer's name
    #[arg(long, value_name = "NAME")]
    user_name: String,
    /// The buyer's address
    #[arg(long, value_name = "ADDRESS")]
    user_address: String,
    /// The buyer's phone number
    #[arg(long, value_name = "PHONE")]
    user_phone: String,
    /// Where the buyer's browser goes after paying
    #[arg(long, value_name = "URL")]
    ok_url: String,
    /// Where the buyer's browser goes otherwise
    #[arg(long, value_name = "URL")]
    fail_url: String,
    /// The language of PayTR's pages
    #[arg(long, default_value = "tr")]
    lang: LanguageCode,
    /// A test payment
    #[arg(long)]
    test: bool,
    /// Ask PayTR for details of integration faults
    #[arg(long)]
    debug: bool,
}

impl OrderArgs {
    pub(crate) fn direct_order(self) -> Result<DirectOrder, Failure> {
        let basket = basket(&self.basket, self.currency)?;
        let buyer = Buyer::new(
            self.user_ip,
            self.email,
            self.user_name,
            self.user_address,
            self.user_phone,
        );
        let mut order = DirectOrder::new(self.order_id, basket, buyer, self.ok_url, self.fail_url);
        order.amount = self.amount.in_currency(self.currency);
        order.mode = mode(self.test);
        order.language = self.lang.language();
        order.debug = self.debug;
        Ok(order)
    }
}

/// The rows that were typed.
pub(super) fn basket(items: &[BasketItem], currency: CurrencyName) -> Result<Basket, Failure> {
    let empty = Basket::new(currency.currency());
    items.iter().try_fold(empty, |basket, item| {
        let price = item.unit_price.minor_units();
        basket
            .item(item.name.clone(), price, item.quantity)
            .map_err(|error| Failure::invalid_input(&error))
    })
}

pub(super) fn mode(test: bool) -> Mode {
    if test { Mode::Test } else { Mode::Live }
}
