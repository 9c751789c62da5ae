#![no_main]
#![allow(dead_code, reason = "a target has one of the rules")]

#[path = "../rules/notifications.rs"]
mod rules;

libfuzzer_sys::fuzz_target!(|body: &[u8]| rules::nothing_is_accepted_without_the_key(body));
