#![no_main]
#![allow(dead_code, reason = "a target has one of the rules")]

#[path = "../rules/answers.rs"]
mod rules;

libfuzzer_sys::fuzz_target!(|body: &[u8]| rules::any_answer_is_read_or_refused(body));
