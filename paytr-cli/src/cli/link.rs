use clap::{Args, Subcommand, ValueEnum};
use paytr_core::CallbackId;
use paytr_core::DateTime;
use paytr_core::api::{CallbackTarget, CreateLink, LinkId, LinkKind};

use super::values::range_end;
use super::{Amount, CurrencyName, LanguageCode, SendArgs};
use crate::exit::Failure;

/// Payment links.
#[derive(Subcommand)]
pub(crate) enum LinkCommand {
    /// Make a link
    Create(CreateLinkArgs),
    /// Delete 1 to 10 links
    Delete(DeleteLinksArgs),
    /// Send a link by SMS
    Sms(SendSmsArgs),
    /// Send a link by e-mail
    Email(SendEmailArgs),
}

/// A new link.
#[derive(Args)]
pub(crate) struct CreateLinkArgs {
    /// What the buyer sees: 4 to 200 characters
    #[arg(long)]
    name: String,
    /// The price; with --type flex the least that can be paid
    #[arg(long, value_name = "AMOUNT")]
    price: Amount,
    /// The currency
    #[arg(long, default_value = "TL", ignore_case = true)]
    currency: CurrencyName,
    /// What the link is for
    #[arg(long = "type", value_name = "TYPE", default_value = "product")]
    kind: KindName,
    /// The payer's e-mail address (collection)
    #[arg(long, required_if_eq("kind", "collection"))]
    email: Option<String>,
    /// The least pieces that a buyer takes (product)
    #[arg(long, value_name = "N", default_value_t = 1)]
    min_count: u32,
    /// The stock: the link closes when it is sold out (product)
    #[arg(long, value_name = "N")]
    max_count: Option<u32>,
    /// The most that can be paid (flex)
    #[arg(long, value_name = "AMOUNT", required_if_eq("kind", "flex"))]
    max_price: Option<Amount>,
    /// The payer's name (flex)
    #[arg(long, value_name = "NAME")]
    user_name: Option<String>,
    /// The most instalments: 1 (none on personal cards) to 12
    #[arg(long, value_name = "N", default_value_t = 12)]
    max_installment: u8,
    /// Up to how many instalments cost the buyer no interest: 2 to 12
    #[arg(long, value_name = "N")]
    interest_free: Option<u8>,
    /// The language of the page
    #[arg(long, default_value = "tr")]
    lang: LanguageCode,
    /// Until when it can be paid: 2026-12-31 or '2026-12-31 17:00:00'
    #[arg(long, value_name = "TIME", value_parser = range_end)]
    expires: Option<DateTime>,
    /// Where PayTR tells about payments: a public address without a port
    #[arg(long, value_name = "URL", requires = "callback_id")]
    callback_url: Option<String>,
    /// The shop's own id of the link, for the notification
    #[arg(long, value_name = "ID", requires = "callback_url")]
    callback_id: Option<CallbackId>,
    /// Ask for a QR code; see it with --json
    #[arg(long)]
    qr: bool,
    #[command(flatten)]
    pub(crate) send: SendArgs,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum KindName {
    /// Something for sale; can be paid many times
    Product,
    /// A bill for one payer
    Collection,
    /// Any amount between two
    Flex,
}

impl CreateLinkArgs {
    pub(crate) fn request(self) -> Result<CreateLink, Failure> {
        let foreign = match self.kind {
            KindName::Product => [self.email.is_some(), self.max_price.is_some()],
            KindName::Collection => [self.max_price.is_some(), self.max_count.is_some()],
            KindName::Flex => [self.email.is_some(), self.max_count.is_some()],
        };
        if foreign.contains(&true) || (self.user_name.is_some() && self.kind != KindName::Flex) {
            return Err(Failure::invalid(
                "--email is for --type collection, --max-count for product, --max-price and \
                 --user-name for flex",
            ));
        }
        let kind = match (self.kind, self.max_price) {
            (KindName::Collection, _) => LinkKind::collection(self.email.unwrap_or_default()),
            (KindName::Flex, Some(max_price)) => LinkKind::Flex {
                max_price: max_price.in_currency(self.currency),
                user_name: self.user_name,
            },
            _ => LinkKind::Product {
                min_count: self.min_count,
                max_count: self.max_count,
            },
        };
        let mut link = CreateLink::new(self.name, self.price.in_currency(self.currency), kind);
        link.max_installments = self.max_installment;
        link.interest_free_up_to = self.interest_free;
        link.language = self.lang.language();
        link.expires_at = self.expires;
        link.qr_code = self.qr;
        if let (Some(url), Some(id)) = (self.callback_url, self.callback_id) {
            link.callback = Some(CallbackTarget::new(url, id));
        }
        Ok(link)
    }
}

/// Links to delete.
#[derive(Args)]
pub(crate) struct DeleteLinksArgs {
    /// The ids of the links: the ends of their addresses
    #[arg(required = true, num_args = 1..=10, value_name = "LINK")]
    pub(crate) links: Vec<LinkId>,
    #[command(flatten)]
    pub(crate) send: SendArgs,
}

/// A link to send by SMS.
#[derive(Args)]
pub(crate) struct SendSmsArgs {
    /// The id of the link
    pub(crate) link: LinkId,
    /// Whom to: 11 digits that start with 05
    #[arg(long)]
    pub(crate) phone: String,
    #[command(flatten)]
    pub(crate) send: SendArgs,
}

/// A link to send by e-mail.
#[derive(Args)]
pub(crate) struct SendEmailArgs {
    /// The id of the link
    pub(crate) link: LinkId,
    /// Whom to
    #[arg(long)]
    pub(crate) email: String,
    #[command(flatten)]
    pub(crate) send: SendArgs,
}
