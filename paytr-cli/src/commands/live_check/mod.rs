//! `paytr live-check`: what a real PayTR does, against what is known and assumed of it.

mod announcement;
mod check;
mod ground;
mod reply;
mod request;
mod sender;
mod steps;
mod table;

use std::net::IpAddr;

use clap::Args;
use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::json;

use self::announcement::{announce, ask_whether_to_go_on};
use self::check::{Finding, Verdict};
use self::ground::Ground;
use self::reply::{Reply, Secret};
use self::request::{Encoding, Request};
use self::sender::Sender;
use self::steps::{PAGES, QUESTIONS, Step, page_token, refuses_credentials};
use self::table::{Row, as_json, as_markdown, print_for_people};
use super::local::runtime;
use crate::exit::{Exit, Failure};
use crate::output::{print, print_json};
use crate::settings::Settings;

/// A check of PayTR's behaviours.
#[derive(Args)]
pub(super) struct LiveCheckArgs {
    /// The public IPv4 address of this machine, as the buyer's of the payment pages
    #[arg(long, value_name = "IP", required_unless_present = "questions_only")]
    user_ip: Option<IpAddr>,
    /// Ask questions only: no payment page is opened, so no notification can follow
    #[arg(long)]
    questions_only: bool,
    /// Go on without asking
    #[arg(long)]
    yes: bool,
    /// Print method, address and fields of every request as JSON and send nothing; the output holds tokens
    #[arg(long)]
    dry_run: bool,
    /// Print JSON instead of a table
    #[arg(long)]
    json: bool,
    /// Print the table of docs/behaviours.md
    #[arg(long, conflicts_with = "json")]
    markdown: bool,
}

pub(super) fn run(args: &LiveCheckArgs) -> Result<Exit, Failure> {
    let settings = Settings::read()?;
    let secret = Secret::new([settings.secrets.key, settings.secrets.salt]);
    let sender = Sender::new(&settings.base_url)?;
    // Without pages it is in no request.
    let user_ip = args.user_ip.unwrap_or(IpAddr::from([0, 0, 0, 0]));
    let ground = Ground::new(settings.credentials, user_ip)?;
    let steps: Vec<_> = QUESTIONS.iter().chain(pages(args)).collect();
    if args.dry_run {
        return print_requests(&steps, &ground, &sender);
    }
    let base_url = settings.base_url.to_string();
    announce(&base_url, QUESTIONS.len(), pages(args).len());
    if !args.yes {
        ask_whether_to_go_on()?;
    }
    let rows = runtime()?.block_on(take_all(&steps, ground, &sender, secret))?;
    if args.json {
        let rows: Vec<_> = rows.iter().map(as_json).collect();
        print_json(&json!({ "url": base_url, "checks": rows }))?;
    } else if args.markdown {
        print(&as_markdown(&rows))?;
    } else {
        print_for_people(&rows)?;
    }
    let differs = rows
        .iter()
        .any(|row| row.finding.verdict == Verdict::Different);
    Ok(if differs { Exit::Refused } else { Exit::Done })
}

fn pages(args: &LiveCheckArgs) -> &'static [Step] {
    if args.questions_only { &[] } else { PAGES }
}

/// Takes every step. Only when the first one shows that no other can succeed, the rest is left.
async fn take_all(
    steps: &[&'static Step],
    mut ground: Ground,
    sender: &Sender,
    mut secret: Secret,
) -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        let request = (step.request)(&ground)?;
        if let Some(token) = request.token() {
            secret.keep(token.to_owned().into());
        }
        let reply = sender.send(&request).await;
        if index == 0 {
            stop_if_in_vain(&reply, &secret)?;
        }
        let Ok(reply) = reply else {
            let why = reply.err().unwrap_or_default();
            rows.extend(step.checks.iter().map(|check| Row {
                check,
                finding: Finding::new(Verdict::NotSeen, format!("no reply: {}", secret.hide(&why))),
            }));
            continue;
        };
        if let Some(token) = page_token(&reply) {
            secret.keep(token.into());
        }
        (step.learn)(&reply, &mut ground);
        rows.extend(step.checks.iter().map(|check| {
            let finding = check.judge(&reply, &ground);
            let seen = secret.hide(&finding.seen);
            Row {
                check,
                finding: Finding::new(finding.verdict, seen),
            }
        }));
    }
    Ok(rows)
}

/// Nothing more is sent to an address that does not answer, or with credentials that are not the store's.
fn stop_if_in_vain(reply: &Result<Reply, String>, secret: &Secret) -> Result<(), Failure> {
    match reply {
        Err(why) => {
            let text = format!("PayTR gave no answer: {}", secret.hide(why));
            Err(Failure::new(Exit::NothingDone, text))
        }
        Ok(reply) if refuses_credentials(reply) => {
            let text = format!(
                "PayTR refuses the credentials ({}): check merchant id, key and salt; nothing more was sent",
                secret.hide(&reply.summary())
            );
            Err(Failure::new(Exit::Refused, text))
        }
        Ok(_) => Ok(()),
    }
}

fn print_requests(
    steps: &[&'static Step],
    ground: &Ground,
    sender: &Sender,
) -> Result<Exit, Failure> {
    let mut shown = Vec::new();
    for step in steps {
        let request = (step.request)(ground)?;
        shown.push(Shown {
            step: step.name,
            method: request.method(),
            url: sender.url_of(&request),
            multipart: request.encoding == Encoding::Multipart,
            form: Fields::of(&request),
        });
    }
    print_json(&shown)?;
    Ok(Exit::Done)
}

/// A request that is shown and not sent.
#[derive(serde::Serialize)]
struct Shown {
    step: &'static str,
    method: &'static str,
    url: String,
    multipart: bool,
    form: Fields,
}

/// The fields in the order they are posted; one that is posted twice has both values.
struct Fields(Vec<(&'static str, Vec<String>)>);

impl Fields {
    fn of(request: &Request) -> Self {
        let mut fields: Vec<(&'static str, Vec<String>)> = Vec::new();
        for (name, value) in &request.fields {
            match fields.iter_mut().find(|(known, _)| known == name) {
                Some((_, values)) => values.push(value.clone()),
                None => fields.push((*name, vec![value.clone()])),
            }
        }
        Self(fields)
    }
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, values) in &self.0 {
            match values.as_slice() {
                [value] => map.serialize_entry(name, value)?,
                values => map.serialize_entry(name, values)?,
            }
        }
        map.end()
    }
}

#[cfg(test)]
mod tests;
