use serde_json::json;

use super::finding::Finding;
use crate::exit::Failure;
use crate::output::{print, print_json};

pub(super) fn print_all(url: &str, findings: &[Finding], as_json: bool) -> Result<(), Failure> {
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
