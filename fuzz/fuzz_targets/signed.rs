#![no_main]
#![allow(dead_code, reason = "a target has one of the rules")]

#[path = "../rules/notifications.rs"]
mod rules;

libfuzzer_sys::fuzz_target!(|data: &[u8]| rules::what_is_accepted_is_read_the_same_by_others(data));
