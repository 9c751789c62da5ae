#![no_main]

#[path = "../rules/requests.rs"]
mod rules;

libfuzzer_sys::fuzz_target!(|data: &[u8]| rules::only_a_posted_and_signed_form_is_ok(data));
