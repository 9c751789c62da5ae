//! What can be typed: one file per group of commands.

// Doc comments here are help texts, and every flag is a bool.
#![expect(clippy::doc_markdown, reason = "backticks would be in the help")]
#![expect(clippy::struct_excessive_bools, reason = "flags")]

mod callback;
mod cards;
mod charge;
mod direct;
mod iframe;
mod link;
mod lookups;
mod order;
mod platform;
mod reconcile;
mod refund;
mod report;
mod sandbox;
mod send;
#[cfg(test)]
mod tests;
mod tools;
mod values;

pub(crate) use callback::{CallbackCommand, ExplainArgs, SignArgs, VerifyArgs};
pub(crate) use cards::{CardsCommand, DeleteCardArgs, ListCardsArgs};
pub(crate) use charge::ChargeArgs;
pub(crate) use direct::{DirectFormArgs, DirectRequest};
pub(crate) use iframe::{IframeRequest, IframeTokenArgs};
pub(crate) use link::{CreateLinkArgs, DeleteLinksArgs, LinkCommand, SendEmailArgs, SendSmsArgs};
pub(crate) use lookups::{BinArgs, ErrorArgs, InstallmentsArgs, StatusArgs};
pub(crate) use order::OrderArgs;
pub(crate) use platform::{CashoutArgs, ReturnedArgs, TransferArgs};
pub(crate) use reconcile::ReconcileArgs;
pub(crate) use refund::RefundArgs;
pub(crate) use report::{DetailArgs, ReportCommand, StatementArgs, TransactionsArgs};
pub(crate) use sandbox::{
    DoctorArgs, ListenArgs, ResendArgs, SandboxArgs, Seed, TriggerArgs, WhichSandbox,
};
pub(crate) use send::{ListArgs, SendArgs};
pub(crate) use tools::{CompletionsArgs, ManArgs};
pub(crate) use values::{Amount, BasketItem, CurrencyName, Field, LanguageCode, PayoutText};

use clap::{Parser, Subcommand};

use crate::exit::EXIT_CODES;

const ABOUT: &str =
    "Talks to PayTR: payments, refunds, reports, links, marketplaces, notifications";

const LONG_ABOUT: &str = "\
Talks to PayTR: payments, refunds, reports, links, marketplaces, notifications.

Credentials come from PAYTR_MERCHANT_ID, PAYTR_MERCHANT_KEY and PAYTR_MERCHANT_SALT, the address
from PAYTR_BASE_URL (default https://www.paytr.com), a shop's ledger from DATABASE_URL. What the environment does not set is read
from the nearest .env file of the working directory and its parents. They are never arguments.

Amounts are written as 34.56 or 34,56, whatever PayTR's own spelling for the request is.

With --dry-run a command prints its request and sends nothing. What it prints holds the
request's token and is as secret as the request.";

/// The `paytr` command.
#[derive(Parser)]
#[command(name = "paytr", version, about = ABOUT, long_about = LONG_ABOUT)]
#[command(after_help = EXIT_CODES, after_long_help = EXIT_CODES)]
#[command(max_term_width = 100)]
#[command(arg_required_else_help = true, subcommand_required = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Every command.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Ask for the token of a payment page (iFrame API), card or bank transfer
    IframeToken(IframeTokenArgs),
    /// Make the fields of a payment form for the shop's own page (Direct API); never card data
    DirectForm(DirectFormArgs),
    /// Give money of a paid order back; sent once, looked up if its answer is lost
    Refund(RefundArgs),
    /// Ask how an order stands
    Status(StatusArgs),
    /// Ask about the due orders of the shop's ledger (DATABASE_URL), so that what is paid is delivered
    Reconcile(ReconcileArgs),
    /// Sales, payouts and what is in them, for a range of any length
    #[command(subcommand)]
    Report(ReportCommand),
    /// Payment links
    #[command(subcommand)]
    Link(LinkCommand),
    /// Ask what kind of card begins with some digits
    Bin(BinArgs),
    /// Ask what instalments cost
    Installments(InstallmentsArgs),
    /// Cards that PayTR keeps for a user
    #[command(subcommand)]
    Cards(CardsCommand),
    /// Charge a stored card, once or for a subscription; sent once
    Charge(ChargeArgs),
    /// Pay a seller their part of an order (marketplaces); sent once
    Transfer(TransferArgs),
    /// List platform transfers that came back (marketplaces)
    Returned(ReturnedArgs),
    /// Send money from the marketplace's account; sent once
    Cashout(CashoutArgs),
    /// Sign, verify and explain notifications
    #[command(subcommand)]
    Callback(CallbackCommand),
    /// Run a PayTR on this machine: payment pages, notifications, faults; no account, no money
    Sandbox(SandboxArgs),
    /// Post a signed notification to a shop once, and show what it answers
    Trigger(TriggerArgs),
    /// Forward the sandbox's notifications to a shop that the sandbox cannot reach
    Listen(ListenArgs),
    /// Let the sandbox send an order's notification again
    Resend(ResendArgs),
    /// Find out what is wrong with a notification address, with harmless probes
    Doctor(DoctorArgs),
    /// What an error code means, in both languages, and what to do
    Error(ErrorArgs),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
    /// Print the manual page, or write the pages of all commands to a folder
    Man(ManArgs),
}
