//! `paytr doctor`: harmless probes of a notification address.

mod finding;
mod obstacle;
mod patient;
mod probes;
mod reading;

use clap::Args;
use serde_json::json;

use self::finding::{Finding, Verdict};
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
    let count = |verdict| {
        let such = findings.iter().filter(|finding| finding.verdict == verdict);
        such.count()
    };
    let summary = match (count(Verdict::Wrong), count(Verdict::Unknown)) {
        (0, 0) => "her şey yolunda / all is well".to_owned(),
        (wrong, 0) => format!("düzeltilecek / to fix: {wrong}"),
        (wrong, unknown) => {
            format!("düzeltilecek / to fix: {wrong}; bilinmiyor / not known: {unknown}")
        }
    };
    print(&summary)
}

fn to_text(finding: &Finding) -> String {
    let (mark, answer) = match finding.verdict {
        Verdict::Fine => ("ok   ", ""),
        Verdict::Wrong => ("WRONG", ""),
        Verdict::Unknown => ("?    ", "not known: "),
    };
    let question = finding.probe.question();
    let head = format!("{mark} {question}? {answer}{}", finding.seen);
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
        "fine": match finding.verdict {
            Verdict::Fine => Some(true),
            Verdict::Wrong => Some(false),
            Verdict::Unknown => None,
        },
        "seen": finding.seen,
        "turkish": finding.advice.map(|advice| advice.turkish),
        "english": finding.advice.map(|advice| advice.english),
    })
}
