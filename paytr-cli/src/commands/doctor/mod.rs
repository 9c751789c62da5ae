//! `paytr doctor`: harmless probes of a notification address.

mod body;
mod finding;
mod patient;
mod probes;
mod report;

use self::patient::Patient;
use super::local::{courier, runtime};
use crate::cli::DoctorArgs;
use crate::exit::{Exit, Failure};
use crate::settings::Settings;

pub(super) fn run(args: &DoctorArgs) -> Result<Exit, Failure> {
    let settings = Settings::read()?;
    let patient = Patient::new(args, &settings.credentials, courier()?)?;
    let findings = runtime()?.block_on(probes::examine(&patient))?;
    report::print_all(&args.url, &findings, args.json)?;
    let is_well = findings.iter().all(finding::Finding::is_fine);
    Ok(if is_well { Exit::Done } else { Exit::Refused })
}
