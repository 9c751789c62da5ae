//! `paytr doctor`: harmless probes of a notification address.

mod finding;
mod patient;
mod probes;

use clap::Args;
use serde_json::json;

use self::finding::Finding;
use self::patient::Patient;
use self::probes::examine;
use super::local::{courier, runtime};
use crate::exit::{Exit, Failure};
use crate::output::{print, print_json};
use crate::settings::Settings;

/// A notification address to examine.
#[derive(Args)]
pub(super) struct DoctorArgs {
    /// The notification address of the shop
    url: String,
    /// An unpaid test order that the shop knows: it is told twice that this order failed. Without it
    /// an order id that nobody knows is used
    #[arg(long, value_name = "ID")]
    order_id: Option<String>,
    /// Print JSON instead of text
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &DoctorArgs) -> Result<Exit, Failure> {
    let settings = Settings::read()?;
    let patient = Patient::new(args, &settings.credentials, courier()?)?;
    let findings = runtime()?.block_on(examine(&patient))?;
    print_all(&args.url, &findings, args.json)?;
    let is_well = findings.iter().all(Finding::is_fine);
    Ok(if is_well { Exit::Done } else { Exit::Refused })
}

fn print_all(url: &str, findings: &[Finding], as_json: bool) -> Result<(), Failure> {
    if as_json {
        let findings: Vec<_> = findings.iter().map(to_json).collect();
        return print_json(&json!({ "url": url, "findings": findings }));
    }
    for finding in findings {
        print(&to_text(finding))?;
    }
    let wrong = findings.iter().filter(|finding| !finding.is_fine()).count();
    print(&match wrong {
        0 => "her şey yolunda / all is well".to_owned(),
        wrong => format!("düzeltilecek / to fix: {wrong}"),
    })
}

fn to_text(finding: &Finding) -> String {
    let mark = if finding.is_fine() { "ok   " } else { "WRONG" };
    let head = format!("{mark} {}? {}", finding.probe.question(), finding.seen);
    match finding.advice {
        None => head,
        Some(advice) => format!(
            "{head}\n      tr: {}\n      en: {}",
            advice.turkish, advice.english
        ),
    }
}

fn to_json(finding: &Finding) -> serde_json::Value {
    json!({
        "probe": finding.probe.name(),
        "fine": finding.is_fine(),
        "seen": finding.seen,
        "turkish": finding.advice.map(|advice| advice.turkish),
        "english": finding.advice.map(|advice| advice.english),
    })
}
