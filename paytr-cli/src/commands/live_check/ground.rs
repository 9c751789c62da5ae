//! What the requests of one run have in common.

use std::net::IpAddr;

use paytr_core::api::{Buyer, IframeCard};
use paytr_core::{Basket, Credentials, Currency, MerchantOid, Mode};

use super::request::Request;
use crate::commands::local::local;
use crate::exit::Failure;

/// How long the pages can be paid, in minutes. Nobody pays them.
pub(super) const PAGE_MINUTES: u32 = 5;

/// What the pages are for, in minor units: the least that PayTR takes.
const AMOUNT: u64 = 100;

const EMAIL: &str = "live-check@example.com";
const BACK: &str = "https://example.com/paytr-live-check";

/// Stands in a dry run for the token that PayTR would give.
const UNKNOWN_TOKEN: &str = "TOKEN";

/// The merchant, new order ids, and what earlier replies said.
pub(super) struct Ground {
    pub(super) credentials: Credentials,
    /// The public address that the buyer of the pages is said to have.
    pub(super) user_ip: IpAddr,
    /// The order of the pages.
    pub(super) order: MerchantOid,
    /// An order that is never opened.
    pub(super) no_order: MerchantOid,
    /// The token of the first page.
    pub(super) page: Option<String>,
}

impl Ground {
    pub(super) fn new(credentials: Credentials, user_ip: IpAddr) -> Result<Self, Failure> {
        Ok(Self {
            credentials,
            user_ip,
            order: new_order()?,
            no_order: new_order()?,
            page: None,
        })
    }

    /// The card page of an order in test mode, unsigned.
    pub(super) fn card_page(&self, order: &MerchantOid) -> Result<Request, Failure> {
        let basket = Basket::new(Currency::TRY).item("paytr live-check", AMOUNT, 1);
        let basket = basket.map_err(|error| Failure::invalid_input(&error))?;
        let mut page = IframeCard::new(order.clone(), basket, self.buyer(), BACK, BACK);
        page.mode = Mode::Test;
        page.timeout_minutes = Some(PAGE_MINUTES);
        Request::of(&page, &self.credentials)
    }

    pub(super) fn buyer(&self) -> Buyer {
        Buyer::new(self.user_ip, EMAIL, "Live Check", "Istanbul", "05000000000")
    }

    pub(super) fn page_path(&self) -> String {
        let token = self.page.as_deref().unwrap_or(UNKNOWN_TOKEN);
        format!("/odeme/guvenli/{token}")
    }
}

/// `LC` and 32 digits: nobody else's.
pub(super) fn new_order() -> Result<MerchantOid, Failure> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| local(&error))?;
    let id = format!("LC{:032X}", u128::from_be_bytes(bytes));
    MerchantOid::new(&id).map_err(|error| Failure::invalid_input(&error))
}
