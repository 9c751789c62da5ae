#![no_main]
#![allow(dead_code, reason = "a target has one of the rules")]

#[path = "../rules/answers.rs"]
mod rules;

libfuzzer_sys::fuzz_target!(|data: &[u8]| rules::an_amount_is_read_to_the_last_unit_or_refused(data));
