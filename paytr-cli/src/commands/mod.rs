//! What every command does: one file each.

mod bin;
mod callback_explain;
mod callback_sign;
mod callback_verify;
mod cards_delete;
mod cards_list;
mod cashout;
mod charge;
mod completions;
mod direct_form;
mod doctor;
mod error;
mod iframe_token;
mod installments;
mod ledger;
mod link_create;
mod link_delete;
mod link_email;
mod link_sms;
mod listen;
mod local;
mod man;
mod paging;
mod reconcile;
mod refund;
mod report_detail;
mod report_statement;
mod report_transactions;
mod resend;
mod returned;
mod sandbox;
mod status;
mod transfer;
mod trigger;
mod unknown;

use crate::cli::{CallbackCommand, CardsCommand, Command, LinkCommand, ReportCommand};
use crate::exit::{Exit, Failure};

/// Runs a command.
pub(crate) fn run(command: Command) -> Result<Exit, Failure> {
    match command {
        Command::IframeToken(args) => done(iframe_token::run(args)),
        Command::DirectForm(args) => done(direct_form::run(args)),
        Command::Refund(args) => done(refund::run(&args)),
        Command::Status(args) => done(status::run(&args)),
        Command::Reconcile(args) => reconcile::run(&args),
        Command::Report(ReportCommand::Transactions(args)) => done(report_transactions::run(args)),
        Command::Report(ReportCommand::Statement(args)) => done(report_statement::run(args)),
        Command::Report(ReportCommand::Detail(args)) => done(report_detail::run(args)),
        Command::Link(LinkCommand::Create(args)) => done(link_create::run(args)),
        Command::Link(LinkCommand::Delete(args)) => link_delete::run(args),
        Command::Link(LinkCommand::Sms(args)) => done(link_sms::run(args)),
        Command::Link(LinkCommand::Email(args)) => done(link_email::run(args)),
        Command::Bin(args) => done(bin::run(&args)),
        Command::Installments(args) => done(installments::run(&args)),
        Command::Cards(CardsCommand::List(args)) => done(cards_list::run(args)),
        Command::Cards(CardsCommand::Delete(args)) => done(cards_delete::run(args)),
        Command::Charge(args) => charge::run(args),
        Command::Transfer(args) => done(transfer::run(args)),
        Command::Returned(args) => done(returned::run(args)),
        Command::Cashout(args) => done(cashout::run(args)),
        Command::Callback(CallbackCommand::Sign(args)) => done(callback_sign::run(args)),
        Command::Callback(CallbackCommand::Verify(args)) => done(callback_verify::run(&args)),
        Command::Callback(CallbackCommand::Explain(args)) => callback_explain::run(&args),
        Command::Sandbox(args) => done(sandbox::run(args)),
        Command::Trigger(args) => trigger::run(args),
        Command::Listen(args) => done(listen::run(&args)),
        Command::Resend(args) => done(resend::run(&args)),
        Command::Doctor(args) => doctor::run(&args),
        Command::Error(args) => error::run(&args),
        Command::Completions(args) => done(completions::run(&args)),
        Command::Man(args) => done(man::run(&args)),
    }
}

fn done(result: Result<(), Failure>) -> Result<Exit, Failure> {
    result.map(|()| Exit::Done)
}
