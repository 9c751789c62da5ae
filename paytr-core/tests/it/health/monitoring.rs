//! The alarms and the dashboard in `docs/monitoring` name what there is.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::time::Duration;

use paytr_core::Disposition;
use paytr_core::api::{Endpoint, Refund, StatusInquiry};
use paytr_core::callback::{CallbackError, GrammarError, NotificationKind};
use paytr_core::metrics::{
    LAST_INQUIRY, LEDGER_CHECKED, LEDGER_CLAIMS_OVER_LEASE, LEDGER_OLDEST_DUE,
    LEDGER_REFUNDS_UNDECIDED, LEDGER_REVIEWS_OPEN, LEDGER_UNDELIVERED, LEDGER_UP,
    NOTIFICATION_SECONDS, NOTIFICATIONS, REQUEST_SECONDS, REQUESTS,
};
use paytr_core::paid_once::{HandlerFailure, ReviewReason, Unavailable};
use serde_json::Value;

const GAUGES: [&str; 8] = [
    LAST_INQUIRY,
    LEDGER_CHECKED,
    LEDGER_CLAIMS_OVER_LEASE,
    LEDGER_OLDEST_DUE,
    LEDGER_REFUNDS_UNDECIDED,
    LEDGER_REVIEWS_OPEN,
    LEDGER_UNDELIVERED,
    LEDGER_UP,
];
const COUNTERS: [&str; 2] = [NOTIFICATIONS, REQUESTS];
const HISTOGRAMS: [&str; 2] = [NOTIFICATION_SECONDS, REQUEST_SECONDS];
/// What Prometheus adds to every series, and its alarms.
const OF_PROMETHEUS: [&str; 4] = ["job", "instance", "le", "severity"];

fn read(file: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/monitoring");
    fs::read_to_string(folder.join(file)).unwrap()
}

/// What follows `key` on each line that begins with it.
fn lines<'a>(rules: &'a str, key: &str) -> Vec<&'a str> {
    let found = rules.lines().filter_map(|line| {
        let line = line.trim_start().trim_start_matches("- ");
        line.strip_prefix(key)
    });
    found.map(str::trim).collect()
}

fn rule_expressions() -> Vec<String> {
    let rules = read("prometheus-rules.yml");
    let expressions = lines(&rules, "expr:");
    assert_eq!(expressions.len(), lines(&rules, "alert:").len());
    let whole = |one: &&str| !one.is_empty() && !one.starts_with(['|', '>', '"', '\'']);
    assert!(
        expressions.iter().all(whole),
        "an expression stands on one line"
    );
    expressions.into_iter().map(str::to_owned).collect()
}

fn panels() -> Vec<Value> {
    let dashboard: Value = serde_json::from_str(&read("grafana-dashboard.json")).unwrap();
    dashboard["panels"].as_array().unwrap().clone()
}

fn panel_expressions() -> Vec<String> {
    let targets = panels().into_iter().flat_map(|panel| {
        let targets = panel["targets"].as_array().unwrap().clone();
        assert!(!targets.is_empty(), "{}", panel["title"]);
        targets
    });
    let expressions = targets.map(|target| target["expr"].as_str().unwrap().to_owned());
    expressions.collect()
}

fn is_of_name(byte: char) -> bool {
    byte.is_ascii_alphanumeric() || byte == '_'
}

/// The names of metrics in an expression, each with what stands in its braces.
fn series(expression: &str) -> Vec<(&str, &str)> {
    let starts = expression.match_indices("paytr_").map(|(at, _)| at);
    let named = starts.map(|at| {
        let rest = &expression[at..];
        let end = rest.find(|byte| !is_of_name(byte)).unwrap_or(rest.len());
        let (name, rest) = rest.split_at(end);
        let matchers = rest.strip_prefix('{').and_then(|rest| rest.split_once('}'));
        (name, matchers.map_or("", |(matchers, _)| matchers))
    });
    named.collect()
}

/// `a="b", c=~"d|e"` as `[(a, [b]), (c, [d, e])]`.
fn matchers(text: &str) -> Vec<(&str, Vec<&str>)> {
    let parts = text.split(',').filter(|part| !part.is_empty());
    let matchers = parts.map(|part| {
        let (label, value) = part.split_once('=').unwrap();
        let value = value.trim_start_matches('~').trim_matches('"');
        (
            label.trim().trim_end_matches('!'),
            value.split('|').collect(),
        )
    });
    matchers.collect()
}

/// The labels that an expression groups by.
fn grouped_by(expression: &str) -> Vec<&str> {
    let clauses = ["by (", "on ("].into_iter().flat_map(|by| {
        let after = expression.split(by).skip(1);
        after.map(|rest| rest.split(')').next().unwrap())
    });
    clauses.flat_map(|labels| labels.split(", ")).collect()
}

/// The metric behind a name in Prometheus.
fn metric(series: &str) -> Option<&'static str> {
    if let Some(whole) = GAUGES.iter().chain(&COUNTERS).find(|name| **name == series) {
        return Some(whole);
    }
    let parts = ["_bucket", "_sum", "_count"];
    let histogram = parts.iter().find_map(|part| series.strip_suffix(part))?;
    HISTOGRAMS.into_iter().find(|name| *name == histogram)
}

/// Every disposition that a notification is counted under.
fn dispositions() -> BTreeSet<&'static str> {
    let malformed = CallbackError::Malformed(GrammarError::Missing { name: "hash" });
    let all = [
        Disposition::Settled,
        Disposition::Handled,
        Disposition::Duplicate,
        Disposition::Superseded,
        Disposition::ConflictRecorded,
        Disposition::TestPaymentRecorded,
        Disposition::Refused(CallbackError::BadHash),
        Disposition::Refused(malformed),
        Disposition::AmountMismatch,
        Disposition::UnknownOrder,
        Disposition::RefusedForReview(ReviewReason::UnreadableCurrency),
        Disposition::InProgress {
            retry_after: Duration::ZERO,
        },
        Disposition::HandlerFailed(HandlerFailure::Error),
        Disposition::Unavailable(Unavailable::Store),
    ];
    all.iter().map(Disposition::as_str).collect()
}

/// The labels of a metric, with their values.
fn labels(metric: &str) -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    if [NOTIFICATIONS, NOTIFICATION_SECONDS].contains(&metric) {
        let mut kinds: BTreeSet<_> = NotificationKind::ALL.map(NotificationKind::as_str).into();
        kinds.insert("platform");
        return [("kind", kinds), ("disposition", dispositions())].into();
    }
    if [REQUESTS, REQUEST_SECONDS].contains(&metric) {
        // As the docs of `paytr_core::metrics` have them.
        let outcomes = [
            "success",
            "refused",
            "invalid",
            "not_sent",
            "indeterminate",
            "undecodable",
        ];
        let endpoints = [StatusInquiry::PATH, Refund::PATH];
        return [("endpoint", endpoints.into()), ("outcome", outcomes.into())].into();
    }
    BTreeMap::new()
}

fn check(expression: &str) {
    let series = series(expression);
    assert!(!series.is_empty(), "{expression}");
    let mut known: BTreeSet<_> = OF_PROMETHEUS.into();
    for (name, conditions) in series {
        let metric = metric(name).unwrap_or_else(|| panic!("{name} in {expression}"));
        let labels = labels(metric);
        for (label, values) in matchers(conditions) {
            if values == ["$job"] {
                assert_eq!(label, "job", "{expression}");
                continue;
            }
            let there = labels.get(label);
            let there = there.unwrap_or_else(|| panic!("{label} in {expression}"));
            for value in values {
                assert!(there.contains(value), "{label}={value:?} in {expression}");
            }
        }
        known.extend(labels.keys());
    }
    for label in grouped_by(expression) {
        assert!(known.contains(label), "{label} in {expression}");
    }
}

#[test]
fn every_alarm_and_every_panel_names_metrics_labels_and_values_that_there_are() {
    for expression in rule_expressions().iter().chain(&panel_expressions()) {
        check(expression);
    }
}

#[test]
fn every_gauge_is_in_an_alarm_and_on_the_dashboard() {
    for expressions in [rule_expressions(), panel_expressions()] {
        let used: Vec<_> = expressions.iter().flat_map(|one| series(one)).collect();
        for gauge in GAUGES {
            assert!(used.iter().any(|(name, _)| *name == gauge), "{gauge}");
        }
    }
    let dashboard = panel_expressions().concat();
    for name in COUNTERS.iter().chain(&HISTOGRAMS) {
        assert!(dashboard.contains(name), "{name}");
    }
}

/// A metric that is added is one of those above.
#[test]
fn every_metric_is_known_here() {
    let source = include_str!("../../../src/metrics.rs");
    let constants: BTreeSet<_> = source
        .split("pub const ")
        .skip(1)
        .map(|rest| rest.split('"').nth(1).unwrap())
        .collect();
    let here = GAUGES.iter().chain(&COUNTERS).chain(&HISTOGRAMS);
    assert_eq!(constants, here.copied().collect());
}

#[test]
fn every_alarm_says_in_both_languages_what_to_do() {
    let rules = read("prometheus-rules.yml");
    let readme = read("README.md");
    let alarms = lines(&rules, "alert:");
    let runbooks = lines(&rules, "runbook:");
    assert!(alarms.len() >= 8);
    assert_eq!(alarms.len(), runbooks.len());
    for (alarm, runbook) in alarms.iter().zip(runbooks) {
        let anchor = alarm.to_lowercase();
        assert_eq!(runbook, format!("docs/monitoring/README.md#{anchor}"));
        let section = readme.split(&format!("\n### {alarm}\n")).nth(1);
        let section = section.unwrap_or_else(|| panic!("{alarm} is not in the README"));
        let section = section.split("\n### ").next().unwrap();
        for part in ["**EN.**", "*Do:*", "**TR.**", "*Yapılacak:*"] {
            assert!(section.contains(part), "{alarm}: {part}");
        }
    }
    assert_eq!(readme.matches("\n### ").count(), alarms.len());
}

/// Grafana finds panels by their ids and lays them out by their places.
#[test]
fn the_panels_do_not_overlap() {
    let panels = panels();
    let mut ids = BTreeSet::new();
    let mut taken = BTreeSet::new();
    for panel in &panels {
        assert!(ids.insert(panel["id"].as_u64().unwrap()), "{panel}");
        let place = |side: &str| panel["gridPos"][side].as_u64().unwrap();
        for x in place("x")..place("x") + place("w") {
            for y in place("y")..place("y") + place("h") {
                assert!(x < 24 && taken.insert((x, y)), "{}", panel["title"]);
            }
        }
    }
}
