//! Payment links: pages that can be paid more than once.

use std::time::SystemTime;

use super::State;
use crate::payment_request::{
    BasketLine, CardDetails, Channel, Design, Kind, LinkCallback, LinkDetails, PaymentRequest,
    Refused, UnitPrice,
};
use paytr_core::Language;

/// One link.
pub(crate) struct Link {
    pub(crate) id: String,
    pub(crate) name: String,
    /// Minor units: of one piece, of the whole collection, or the least of a flexible one.
    pub(crate) price: u64,
    pub(crate) currency: &'static str,
    /// 1 for none.
    pub(crate) max_installments: u8,
    /// Up to this many instalments cost the buyer nothing extra; 1 for none.
    pub(crate) interest_free: u8,
    pub(crate) language: Language,
    pub(crate) kind: LinkKind,
    pub(crate) expires: Option<SystemTime>,
    pub(crate) callback: Option<LinkCallback>,
    pub(crate) debug_on: bool,
    pub(crate) created: SystemTime,
    pub(crate) deleted: bool,
    /// The orders it was opened for, oldest first; the paid ones among them are its sales.
    pub(crate) orders: Vec<String>,
    pub(crate) messages: Vec<LinkMessage>,
}

/// What is sold.
pub(crate) enum LinkKind {
    Product {
        min_count: u64,
        stock: Option<u64>,
    },
    Collection {
        email: String,
    },
    Flex {
        max_price: u64,
        user_name: Option<String>,
    },
}

impl LinkKind {
    /// `link_type`.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Product { .. } => "product",
            Self::Collection { .. } => "collection",
            Self::Flex { .. } => "flex",
        }
    }
}

/// A link that was sent to somebody. The sandbox sends nothing.
#[derive(Clone, Copy)]
pub(crate) enum LinkMessage {
    Sms(SystemTime),
    Email(SystemTime),
}

/// Why a link cannot be paid now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LinkClosed {
    Unknown,
    Deleted,
    Expired,
    SoldOut,
    /// A collection is paid once.
    Collected,
}

impl LinkClosed {
    /// How a link stands, in a word.
    pub(crate) fn name_of(closed: Option<Self>) -> &'static str {
        match closed {
            None => "open",
            Some(Self::Unknown | Self::Deleted) => "deleted",
            Some(Self::Expired) => "expired",
            Some(Self::SoldOut) => "sold out",
            Some(Self::Collected) => "paid",
        }
    }
}

/// Why a payment of a link cannot be started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LinkRefused {
    Closed(LinkClosed),
    /// Fewer pieces than the least, or more than there are.
    Count,
    /// Outside of what a flexible link takes.
    Amount,
}

/// What the buyer chose on the page of the link.
#[derive(Clone, Copy)]
pub(crate) struct LinkChoice {
    /// Pieces of a product; 1 for any other link.
    pub(crate) count: u64,
    /// Minor units, for a flexible link alone.
    pub(crate) amount: Option<u64>,
}

/// How long the payment page of a link stays open.
const MINUTES: u32 = 30;

impl State {
    pub(crate) fn link(&self, id: &str) -> Option<&Link> {
        self.links.iter().find(|link| link.id == id)
    }

    pub(crate) fn link_mut(&mut self, id: &str) -> Option<&mut Link> {
        self.links.iter_mut().find(|link| link.id == id)
    }

    /// Every link, oldest first.
    pub(crate) fn links(&self) -> &[Link] {
        &self.links
    }

    pub(crate) fn add_link(&mut self, link: Link) {
        self.links.push(link);
    }

    /// How many pieces of a product, or how many payments of another link, were paid.
    pub(crate) fn sold(&self, link: &Link) -> u64 {
        let paid = link.orders.iter().filter_map(|id| {
            let order = self.order(id)?;
            order.payment.as_ref()?;
            let (_, page) = self.newest_page(order)?;
            match &page.request.channel {
                Channel::Link(details) => Some(details.count),
                _ => None,
            }
        });
        paid.sum()
    }

    /// Whether a link can be paid now.
    pub(crate) fn open_link(&self, id: &str, now: SystemTime) -> Result<&Link, LinkClosed> {
        let link = self.link(id).ok_or(LinkClosed::Unknown)?;
        if link.deleted {
            return Err(LinkClosed::Deleted);
        }
        if link.expires.is_some_and(|end| end <= now) {
            return Err(LinkClosed::Expired);
        }
        match &link.kind {
            LinkKind::Product { stock, .. } => match stock {
                Some(stock) if *stock <= self.sold(link) => Err(LinkClosed::SoldOut),
                _ => Ok(link),
            },
            LinkKind::Collection { .. } if self.sold(link) > 0 => Err(LinkClosed::Collected),
            LinkKind::Collection { .. } | LinkKind::Flex { .. } => Ok(link),
        }
    }

    /// Opens a card page for one payment of a link, under an order id of PayTR's.
    pub(crate) fn pay_link(
        &mut self,
        id: &str,
        choice: LinkChoice,
        (token, merchant_oid): (String, String),
        now: SystemTime,
    ) -> Result<(), LinkRefused> {
        let link = self.open_link(id, now).map_err(LinkRefused::Closed)?;
        let amount = self.price(link, choice)?;
        let request = link.request(merchant_oid.clone(), amount, choice.count);
        let closed = LinkRefused::Closed(LinkClosed::Unknown);
        self.open(token, request, now)
            .map_err(|_: Refused| closed)?;
        let link = self.link_mut(id).ok_or(closed)?;
        link.orders.push(merchant_oid);
        Ok(())
    }

    fn price(&self, link: &Link, choice: LinkChoice) -> Result<u64, LinkRefused> {
        match link.kind {
            LinkKind::Product { min_count, stock } => {
                let most = stock.map_or(u64::MAX, |stock| stock - self.sold(link).min(stock));
                if !(min_count.min(most)..=most).contains(&choice.count) {
                    return Err(LinkRefused::Count);
                }
                let amount = link.price.checked_mul(choice.count);
                amount.ok_or(LinkRefused::Count)
            }
            LinkKind::Collection { .. } => Ok(link.price),
            LinkKind::Flex { max_price, .. } => {
                let amount = choice.amount.ok_or(LinkRefused::Amount)?;
                let fits = (link.price..=max_price).contains(&amount);
                fits.then_some(amount).ok_or(LinkRefused::Amount)
            }
        }
    }

    /// Whether the link behind a page still takes its payment: the last piece may be gone by now.
    pub(super) fn link_takes(&self, token: &str, now: SystemTime) -> bool {
        let Some(page) = self.page(token) else {
            return true;
        };
        let Channel::Link(details) = &page.request.channel else {
            return true;
        };
        let left = |link: &Link| match link.kind {
            LinkKind::Product {
                stock: Some(stock), ..
            } => stock.saturating_sub(self.sold(link)) >= details.count,
            _ => true,
        };
        self.open_link(&details.link, now).is_ok_and(left)
    }
}

impl Link {
    /// What the page shows, as the language of the link says it.
    fn request(&self, merchant_oid: String, amount: u64, count: u64) -> PaymentRequest {
        PaymentRequest {
            merchant_oid,
            user_ip: None,
            amount,
            currency: self.currency,
            test_mode: false,
            debug_on: self.debug_on,
            timeout_minutes: MINUTES,
            language: self.language,
            warnings: Vec::new(),
            kind: Kind::Card(CardDetails {
                basket: vec![BasketLine {
                    name: self.name.clone(),
                    price: UnitPrice::MinorUnits(
                        i64::try_from(amount / count.max(1)).unwrap_or(i64::MAX),
                    ),
                    quantity: count.to_string(),
                }],
                ok_url: Some(format!("/link/{}?paid=1", self.id)),
                fail_url: Some(format!("/link/{}", self.id)),
                max_installments: self.max_installments,
                design: Design::Classic,
            }),
            channel: Channel::Link(LinkDetails {
                link: self.id.clone(),
                count,
                interest_free: self.interest_free,
                callback: self.callback.clone(),
            }),
        }
    }
}
