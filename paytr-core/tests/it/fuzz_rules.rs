//! The rules of the fuzz targets, on their corpus and on random data.

#[path = "../../../fuzz/rules/answers.rs"]
mod answers;
#[path = "../../../fuzz/rules/corpus.rs"]
mod corpus;
#[path = "../../../fuzz/rules/notifications.rs"]
mod notifications;

use answers::{an_amount_is_read_to_the_last_unit_or_refused, any_answer_is_read_or_refused};
use corpus::{corpus, mutated};
use notifications::{
    nothing_is_accepted_without_the_key, what_is_accepted_is_read_the_same_by_others,
};
use proptest::prelude::*;

#[test]
fn the_corpus_keeps_the_rules() {
    for body in corpus("notifications") {
        nothing_is_accepted_without_the_key(&body);
    }
    for data in corpus("signed") {
        what_is_accepted_is_read_the_same_by_others(&data);
    }
    for body in corpus("answers") {
        any_answer_is_read_or_refused(&body);
    }
    for data in corpus("amounts") {
        an_amount_is_read_to_the_last_unit_or_refused(&data);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn mutated_bodies_keep_the_rules(body in mutated("notifications")) {
        nothing_is_accepted_without_the_key(&body);
    }

    #[test]
    fn mutated_signed_bodies_keep_the_rules(data in mutated("signed")) {
        what_is_accepted_is_read_the_same_by_others(&data);
    }

    #[test]
    fn mutated_answers_keep_the_rules(body in mutated("answers")) {
        any_answer_is_read_or_refused(&body);
    }

    #[test]
    fn mutated_amounts_keep_the_rules(data in mutated("amounts")) {
        an_amount_is_read_to_the_last_unit_or_refused(&data);
    }
}
