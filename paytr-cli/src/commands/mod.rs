//! Every command: what can be typed, and what it does. One file per command, or per group of commands.

// Doc comments of arguments are help texts, and every flag is a bool.
#![expect(clippy::doc_markdown, reason = "backticks would be in the help")]
#![expect(clippy::struct_excessive_bools, reason = "flags")]

mod callback_explain;
mod callback_sign;
mod callback_verify;
mod cards;
mod direct;
mod doctor;
mod iframe;
mod ledger;
mod link;
mod listen;
mod live_check;
mod local;
mod lookups;
#[cfg(test)]
mod page_tests;
mod paging;
mod platform;
mod reconcile;
mod reconcile_day;
mod refund;
mod relay;
mod report;
mod sandbox;
#[cfg(test)]
mod tests;
mod tools;
mod trigger;
mod values;

use clap::{Parser, Subcommand};
use paytr_relay::cli::Arguments as RelayArgs;

use self::callback_explain::ExplainArgs;
use self::callback_sign::SignArgs;
use self::callback_verify::VerifyArgs;
use self::cards::CardsCommand;
use self::direct::{ChargeArgs, DirectFormArgs};
use self::doctor::DoctorArgs;
use self::iframe::IframeTokenArgs;
use self::link::LinkCommand;
use self::listen::{ListenArgs, ResendArgs};
use self::live_check::LiveCheckArgs;
use self::lookups::{BinArgs, InstallmentsArgs, StatusArgs};
use self::platform::{CashoutArgs, ReturnedArgs, TransferArgs};
use self::reconcile::ReconcileArgs;
use self::refund::RefundArgs;
use self::report::ReportCommand;
use self::sandbox::SandboxArgs;
use self::tools::{CompletionsArgs, ErrorArgs, ManArgs};
use self::trigger::TriggerArgs;
use crate::exit::{EXIT_CODES, Exit, Failure};

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
    command: Command,
}

/// Every command.
#[derive(Subcommand)]
enum Command {
    /// Ask for the token of a payment page (iFrame API), card or bank transfer
    IframeToken(IframeTokenArgs),
    /// Make the fields of a payment form for the shop's own page (Direct API); never card data
    DirectForm(DirectFormArgs),
    /// Give money of a paid order back; sent once, looked up if its answer is lost
    Refund(RefundArgs),
    /// Ask how an order stands
    Status(StatusArgs),
    /// Ask about the due orders of the shop's ledger (DATABASE_URL), so that what is paid is delivered; or
    /// compare PayTR's report of a day with it
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
    /// Run the relay for shops in any language, as paytr-relay does
    Relay(RelayArgs),
    /// Post a signed notification to a shop once, and show what it answers
    Trigger(TriggerArgs),
    /// Forward the sandbox's notifications to a shop that the sandbox cannot reach
    Listen(ListenArgs),
    /// Let the sandbox send an order's notification again
    Resend(ResendArgs),
    /// Find out what is wrong with a notification address, with harmless probes
    Doctor(DoctorArgs),
    /// Find out whether PayTR does what is known and assumed of it: questions, and test pages that nobody pays
    LiveCheck(LiveCheckArgs),
    /// What an error code means, in both languages, and what to do
    Error(ErrorArgs),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
    /// Print the manual page, or write the pages of all commands to a folder
    Man(ManArgs),
}

/// Notifications.
#[derive(Subcommand)]
enum CallbackCommand {
    /// Print the body of a signed notification
    Sign(SignArgs),
    /// Check the body on standard input: grammar and hash
    Verify(VerifyArgs),
    /// Find out why the hash of the body on standard input is wrong
    Explain(ExplainArgs),
}

/// Runs a command.
pub(crate) fn run(cli: Cli) -> Result<Exit, Failure> {
    match cli.command {
        Command::IframeToken(args) => done(iframe::run(args)),
        Command::DirectForm(args) => done(direct::form(args)),
        Command::Refund(args) => done(refund::run(&args)),
        Command::Status(args) => done(lookups::status(&args)),
        Command::Reconcile(args) => reconcile::run(&args),
        Command::Report(command) => done(report::run(command)),
        Command::Link(command) => link::run(command),
        Command::Bin(args) => done(lookups::bin(&args)),
        Command::Installments(args) => done(lookups::installments(&args)),
        Command::Cards(command) => done(cards::run(command)),
        Command::Charge(args) => direct::charge(args),
        Command::Transfer(args) => done(platform::transfer(args)),
        Command::Returned(args) => done(platform::returned(args)),
        Command::Cashout(args) => done(platform::cashout(args)),
        Command::Callback(CallbackCommand::Sign(args)) => done(callback_sign::run(args)),
        Command::Callback(CallbackCommand::Verify(args)) => done(callback_verify::run(&args)),
        Command::Callback(CallbackCommand::Explain(args)) => callback_explain::run(&args),
        Command::Sandbox(args) => done(sandbox::run(args)),
        Command::Relay(args) => done(relay::run(&args)),
        Command::Trigger(args) => trigger::run(args),
        Command::Listen(args) => done(listen::run(&args)),
        Command::Resend(args) => done(listen::resend(&args)),
        Command::Doctor(args) => doctor::run(&args),
        Command::LiveCheck(args) => live_check::run(&args),
        Command::Error(args) => tools::error(&args),
        Command::Completions(args) => done(tools::completions(&args)),
        Command::Man(args) => done(tools::man(&args)),
    }
}

fn done(result: Result<(), Failure>) -> Result<Exit, Failure> {
    result.map(|()| Exit::Done)
}
