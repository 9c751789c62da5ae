use clap::{Args, Subcommand, ValueEnum};
use paytr_core::api::{
    CallbackTarget, CreateLink, DeleteLinks, LinkId, LinkKind, SendLinkEmail, SendLinkSms,
};
use paytr_core::callback::CallbackId;
use paytr_core::wire::DateTime;

use super::values::{Amount, CurrencyName, LanguageCode, range_end};
use crate::exit::{Exit, Failure};
use crate::output::{Details, complain, print};
use crate::session::{SendArgs, Sent, send};

/// Payment links.
#[derive(Subcommand)]
pub(super) enum LinkCommand {
    /// Make a link
    Create(CreateLinkArgs),
    /// Delete 1 to 10 links
    Delete(DeleteLinksArgs),
    /// Send a link by SMS
    Sms(SendSmsArgs),
    /// Send a link by e-mail
    Email(SendEmailArgs),
}

/// Runs a command of this group.
pub(super) fn run(command: LinkCommand) -> Result<Exit, Failure> {
    match command {
        LinkCommand::Create(args) => create(args)?,
        LinkCommand::Delete(args) => return delete(args),
        LinkCommand::Sms(args) => sms(args)?,
        LinkCommand::Email(args) => email(args)?,
    }
    Ok(Exit::Done)
}

/// A new link.
#[derive(Args)]
pub(super) struct CreateLinkArgs {
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
    send: SendArgs,
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
    fn request(self) -> Result<CreateLink, Failure> {
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

fn create(args: CreateLinkArgs) -> Result<(), Failure> {
    let how = args.send;
    let find_out = || "  look into the panel first: the link may have been made".to_owned();
    let sent = send(&args.request()?, how).map_err(|failure| failure.advise(find_out))?;
    let Sent::Answered(link) = sent else {
        return Ok(());
    };
    Details::new()
        .add("id", &link.id)
        .add("address", &link.url)
        .print()?;
    if link.qr_code.is_some() {
        print("The QR code is in the answer: see it with --json.")?;
    }
    Ok(())
}

/// Links to delete.
#[derive(Args)]
pub(super) struct DeleteLinksArgs {
    /// The ids of the links: the ends of their addresses
    #[arg(required = true, num_args = 1..=10, value_name = "LINK")]
    links: Vec<LinkId>,
    #[command(flatten)]
    send: SendArgs,
}

fn delete(args: DeleteLinksArgs) -> Result<Exit, Failure> {
    let request = DeleteLinks { links: args.links };
    let sent = send(&request, args.send)?;
    let reply = match &sent {
        Sent::DryRun => return Ok(Exit::Done),
        Sent::Printed(reply) | Sent::Answered(reply) => reply,
    };
    if !reply.not_deleted.is_empty() {
        complain(&format!("not deleted: {}", reply.not_deleted.join(", ")));
        return Ok(Exit::Refused);
    }
    if matches!(sent, Sent::Answered(_)) {
        print("deleted")?;
    }
    Ok(Exit::Done)
}

/// A link to send by SMS.
#[derive(Args)]
pub(super) struct SendSmsArgs {
    /// The id of the link
    link: LinkId,
    /// Whom to: 11 digits that start with 05
    #[arg(long)]
    phone: String,
    #[command(flatten)]
    send: SendArgs,
}

fn sms(args: SendSmsArgs) -> Result<(), Failure> {
    let request = SendLinkSms {
        link: args.link,
        phone: args.phone,
    };
    match send(&request, args.send)? {
        Sent::Answered(()) => print("sent"),
        Sent::DryRun | Sent::Printed(()) => Ok(()),
    }
}

/// A link to send by e-mail.
#[derive(Args)]
pub(super) struct SendEmailArgs {
    /// The id of the link
    link: LinkId,
    /// Whom to
    #[arg(long)]
    email: String,
    #[command(flatten)]
    send: SendArgs,
}

fn email(args: SendEmailArgs) -> Result<(), Failure> {
    let request = SendLinkEmail {
        link: args.link,
        email: args.email,
    };
    match send(&request, args.send)? {
        Sent::Answered(()) => print("sent"),
        Sent::DryRun | Sent::Printed(()) => Ok(()),
    }
}
