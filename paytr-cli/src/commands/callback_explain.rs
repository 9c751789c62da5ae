use clap::Args;
use paytr_core::api::BrokenRule;
use paytr_core::callback::NotificationKind;
use serde_json::{Value, json};

use super::callback_verify::{check, read_body};
use super::values::kinds;
use crate::exit::{Exit, Failure};
use crate::explain::{Body, Explanation, Shows, Tried, explain};
use crate::output::{Column, Details, Listing, print, print_json};
use crate::settings::Settings;

/// A notification, or a request of the same kind, to explain.
#[derive(Args)]
pub(super) struct ExplainArgs {
    /// Which kind. A body with paytr_token is taken as a request of that kind: get-token or Direct
    /// (payment), link/create (link), get-token for EFT (eft), platform transfer, cashout
    #[arg(long, value_parser = kinds())]
    kind: NotificationKind,
    /// Print JSON instead of a table
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &ExplainArgs) -> Result<Exit, Failure> {
    let settings = Settings::read()?;
    let bytes = read_body()?;
    let text = std::str::from_utf8(&bytes).map_err(|_| {
        Failure::invalid("the body is not in UTF-8, perhaps in Latin-5 (ISO-8859-9)")
    })?;
    let body =
        Body::read(text).ok_or_else(|| Failure::invalid("the body is neither a form nor JSON"))?;
    let explanation = explain(args.kind, &body, &settings).ok_or_else(|| {
        Failure::invalid("the body has neither hash nor paytr_token: there is nothing to explain")
    })?;
    // A notification whose hash is right can still break the grammar.
    let refusal = explanation
        .is_notification()
        .then(|| check(args.kind, None, &bytes, &settings).err())
        .flatten()
        .filter(|_| explanation.is_right && !explanation.is_json());
    if args.json {
        print_json(&as_json(&explanation, refusal.as_deref()))?;
    } else {
        show(&explanation, refusal.as_deref())?;
    }
    let is_good = explanation.is_right
        && refusal.is_none()
        && explanation.broken_rules.is_empty()
        && explanation.faults.is_empty()
        && !explanation.is_json();
    Ok(if is_good { Exit::Done } else { Exit::Refused })
}

fn show(explanation: &Explanation, refusal: Option<&str>) -> Result<(), Failure> {
    let hash = match (explanation.is_right, explanation.findings.len()) {
        (true, _) if !explanation.broken_rules.is_empty() || !explanation.faults.is_empty() => {
            "right, refused all the same"
        }
        (true, _) => "right",
        (false, 0) => "wrong, and none of the known mistakes gives it, nor two of them together",
        (false, _) => "wrong",
    };
    let mut details = Details::new()
        .add("body", explanation.kind)
        .add("signed text", &explanation.signed_text)
        .add("hash", hash);
    for finding in &explanation.findings {
        details = details.add("mistake", &finding.name);
        details = match &finding.shows {
            Shows::Text(difference) => details
                .add(
                    "first different byte",
                    format!("{} of the signed text", difference.byte),
                )
                .add("", &difference.place),
            Shows::Key => details.add("first different byte", "none: the secret differs"),
            Shows::Hash(byte) => details.add("first different byte", format!("{byte} of the hash")),
        };
        details = details.add("what to do", &finding.advice);
    }
    if !explanation.is_right && explanation.findings.is_empty() {
        details = details.add(
            "what to do",
            "compare key and salt with the panel (another store, an old key), and see whether a \
             field was changed on its way",
        );
    }
    for broken in &explanation.broken_rules {
        details = details
            .add("refused", broken)
            .add("what to write", broken.rule);
    }
    for note in notes(explanation, refusal) {
        details = details.add("note", note);
    }
    details.print()?;
    if explanation.is_right {
        return Ok(());
    }
    print("\nWhat was tried (bytes are counted from 1)")?;
    table(&explanation.tried).print()
}

fn notes(explanation: &Explanation, refusal: Option<&str>) -> Vec<String> {
    let mut notes = explanation.faults.clone();
    if explanation.is_json() {
        notes.push("the body is JSON; PayTR posts and takes a form".to_owned());
    }
    if explanation.is_other_merchant {
        notes.push("merchant_id of the body is not the one of the settings".to_owned());
    }
    if let Some(refusal) = refusal {
        notes.push(format!("it is refused all the same: {refusal}"));
    }
    notes
}

fn table(tried: &[Tried]) -> Listing {
    let mut listing = Listing::new(&[
        Column::text("mistake"),
        Column::number("differs_at"),
        Column::text("signed from there"),
        Column::text("gives the hash"),
    ]);
    for one in tried {
        let (byte, instead) = match &one.shows {
            Shows::Text(difference) => (difference.byte.to_string(), difference.instead.clone()),
            Shows::Key => ("key".to_owned(), String::new()),
            Shows::Hash(byte) => (format!("hash {byte}"), String::new()),
        };
        let gives = if one.gives_the_hash { "yes" } else { "no" };
        listing.add(&[one.name.clone(), byte, instead, gives.to_owned()]);
    }
    listing
}

fn as_json(explanation: &Explanation, refusal: Option<&str>) -> Value {
    let tried: Vec<_> = explanation.tried.iter().map(tried_json).collect();
    let findings: Vec<_> = explanation.findings.iter().map(tried_json).collect();
    let refused: Vec<_> = explanation.broken_rules.iter().map(broken_json).collect();
    json!({
        "body": explanation.kind,
        "signed_text": explanation.signed_text,
        "hash_is_right": explanation.is_right,
        "mistakes": findings,
        "refused": refused,
        "tried": tried,
        "notes": notes(explanation, refusal),
    })
}

fn broken_json(broken: &BrokenRule) -> Value {
    json!({
        "field": broken.field,
        "why": broken.why,
        "what_to_write": broken.rule.to_string(),
    })
}

fn tried_json(tried: &Tried) -> Value {
    let (place, byte, detail) = match &tried.shows {
        Shows::Text(difference) => (
            "signed_text",
            Some(difference.byte),
            Some(&difference.place),
        ),
        Shows::Key => ("key", None, None),
        Shows::Hash(byte) => ("hash", Some(*byte), None),
    };
    json!({
        "mistake": tried.name,
        "differs_in": place,
        "first_different_byte": byte,
        "place": detail,
        "gives_the_hash": tried.gives_the_hash,
        "what_to_do": tried.advice,
    })
}
