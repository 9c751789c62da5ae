#![no_main]
#![allow(
    dead_code,
    unused_imports,
    reason = "only a part of the command is needed"
)]

#[path = "../../paytr-cli/src/exit.rs"]
mod exit;
#[path = "../../paytr-cli/src/explain/mod.rs"]
mod explain;
#[path = "../../paytr-cli/src/output/mod.rs"]
mod output;
#[path = "../rules/explain.rs"]
mod rules;
#[path = "../../paytr-cli/src/settings.rs"]
mod settings;

// As one of the kinds, by its length: to find the mistake that leads to a hash takes most of the time, and each kind
// tries thousands.
libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    let kinds = paytr_core::callback::NotificationKind::ALL;
    let kind = kinds.get(body.len() % kinds.len());
    rules::what_is_pasted_as(*kind.expect("one of them"), body);
});
