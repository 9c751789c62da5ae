//! Finds out why a hash is wrong: tries what people get wrong and says which byte of the signed text
//! differs.
//!
//! Key and salt are never shown; in a text they stand as `<key>` and `<salt>`. A difference inside them
//! is reported at their first byte.

mod amounts;
mod body;
mod encodings;
mod formula;
mod joining;
mod mistakes;
mod signed_text;
mod spelling;
mod values;

pub(crate) use body::{Body, Encoding};

use paytr_core::api::BrokenRule;
use paytr_core::callback::NotificationKind;

use self::formula::Formula;
use self::mistakes::Mistake;
use self::signed_text::{Difference, KeyedWith, SignedText};
use self::spelling::{Given, Spelling};
use crate::settings::Settings;

/// What was found out about a hash.
pub(crate) struct Explanation {
    /// What kind of body it is.
    pub(crate) kind: &'static str,
    is_request: bool,
    /// The text that PayTR signs, without the secrets.
    pub(crate) signed_text: String,
    pub(crate) is_right: bool,
    /// The mistakes that give the very hash of the body.
    pub(crate) findings: Vec<Tried>,
    /// The likely mistakes, whether they give it or not.
    pub(crate) tried: Vec<Tried>,
    /// The values that PayTR refuses, whatever the hash is; of a request only.
    pub(crate) broken_rules: Vec<BrokenRule>,
    encoding: Encoding,
    /// What is wrong with the body around its values; it is refused for it.
    pub(crate) faults: Vec<String>,
    /// The merchant id of the body, if it is not the one of the settings.
    pub(crate) is_other_merchant: bool,
}

/// A mistake and where it shows.
#[derive(Clone)]
pub(crate) struct Tried {
    pub(crate) name: String,
    pub(crate) advice: String,
    pub(crate) shows: Shows,
    pub(crate) gives_the_hash: bool,
}

/// Where a mistake shows.
#[derive(Clone)]
pub(crate) enum Shows {
    /// In the signed text.
    Text(Difference),
    /// In the secret that the HMAC is keyed with; the signed text is right.
    Key,
    /// In the hash, at this byte from 1; the signed text is right.
    Hash(usize),
}

/// Explains the hash of a body; `None` if it has none.
pub(crate) fn explain(
    kind: NotificationKind,
    body: &Body,
    settings: &Settings,
) -> Option<Explanation> {
    let is_request = body.get("hash").is_none() && body.get("paytr_token").is_some();
    let given = body.get(if is_request { "paytr_token" } else { "hash" })?;
    let given = &Given::new(given);
    let ours = settings.credentials.merchant_id().as_str();
    let merchant_id = body
        .get("merchant_id")
        .filter(|_| is_request)
        .unwrap_or(ours);
    let formula = formula::of(kind, is_request, body);
    let right = formula.text(body, merchant_id);
    let mac = right.mac(KeyedWith::Key, &settings.secrets);
    let is_right = given.spelling_of(&mac) == Some(Spelling::Right);
    let all = try_all(formula, body, merchant_id, given, settings);
    let findings = all
        .iter()
        .map(|(tried, _)| tried)
        .filter(|tried| tried.gives_the_hash);
    let mut findings: Vec<_> = findings.cloned().collect();
    if is_right {
        findings.clear();
    } else if findings.is_empty() {
        findings.extend(try_pairs(formula, body, merchant_id, given, settings));
    }
    let tried = all
        .into_iter()
        .filter(|(_, is_likely)| *is_likely)
        .map(|(tried, _)| tried);
    Some(Explanation {
        kind: formula.name,
        is_request,
        signed_text: right.shown(),
        is_right,
        findings,
        tried: tried.collect(),
        broken_rules: formula.broken_rules(body),
        encoding: body.encoding,
        faults: body.faults.clone(),
        is_other_merchant: body.get("merchant_id").is_some_and(|id| id != ours),
    })
}

/// Every mistake, and whether it is a likely one.
fn try_all(
    formula: Formula,
    body: &Body,
    merchant_id: &str,
    given: &Given<'_>,
    settings: &Settings,
) -> Vec<(Tried, bool)> {
    let right = formula.text(body, merchant_id);
    let mut all = spelled(&right, given, settings);
    let mut seen = Vec::new();
    for mistake in mistakes::all(formula, body, merchant_id) {
        let same = (mistake.text.clone(), mistake.keyed);
        if seen.contains(&same) {
            continue;
        }
        seen.push(same);
        let mac = mistake.text.mac(mistake.keyed, &settings.secrets);
        let spelling = given.spelling_of(&mac);
        let tried = tried(&mistake, spelling, &right, settings);
        all.push((tried, mistake.is_likely));
    }
    all
}

/// The first two mistakes that give the hash together.
fn try_pairs(
    formula: Formula,
    body: &Body,
    merchant_id: &str,
    given: &Given<'_>,
    settings: &Settings,
) -> Option<Tried> {
    let macs = given.macs();
    if macs.is_empty() {
        return None;
    }
    let right = formula.text(body, merchant_id);
    mistakes::pairs(formula, body, merchant_id).find_map(|pair| {
        let mac = pair.text.mac(pair.keyed, &settings.secrets);
        if !macs.contains(&mac) {
            return None;
        }
        let spelling = given.spelling_of(&mac)?;
        Some(tried(&pair, Some(spelling), &right, settings))
    })
}

/// A mistake, and how its hash is written if it gives the one of the body.
fn tried(
    mistake: &Mistake,
    spelling: Option<Spelling>,
    right: &SignedText,
    settings: &Settings,
) -> Tried {
    let (mut name, mut advice) = (mistake.name.clone(), mistake.advice());
    if let Some(spelling) = spelling.filter(|spelling| *spelling != Spelling::Right) {
        name = format!("{name}; and {}", spelling.name());
        advice = format!("{advice}; {}", spelling.advice());
    }
    let shows = right.difference(&mistake.text, &settings.secrets);
    Tried {
        name,
        advice,
        shows: shows.map_or(Shows::Key, Shows::Text),
        gives_the_hash: spelling.is_some(),
    }
}

/// The right text with its hash written in a wrong way.
fn spelled(right: &SignedText, given: &Given<'_>, settings: &Settings) -> Vec<(Tried, bool)> {
    let mac = right.mac(KeyedWith::Key, &settings.secrets);
    let found = given.spelling_of(&mac);
    let tried = Spelling::WRONG.into_iter().filter_map(|spelling| {
        let tried = Tried {
            name: spelling.name().to_owned(),
            advice: spelling.advice().to_owned(),
            shows: Shows::Hash(spelling.first_difference(&mac)?),
            gives_the_hash: found == Some(spelling),
        };
        Some((tried, true))
    });
    tried.collect()
}

impl Explanation {
    pub(crate) fn is_json(&self) -> bool {
        self.encoding == Encoding::Json
    }

    /// Whether PayTR posts it, and not the shop.
    pub(crate) fn is_notification(&self) -> bool {
        !self.is_request
    }
}
