#![no_main]
#![allow(dead_code, unused_imports, reason = "only a part of the command is needed")]

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

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    rules::what_is_pasted_is_explained_without_the_secrets(body);
});
