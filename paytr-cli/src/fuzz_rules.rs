//! The rule of the fuzz target `explain`, on its corpus and on random data.

#[path = "../../fuzz/rules/corpus.rs"]
mod corpus;
#[path = "../../fuzz/rules/explain.rs"]
mod rules;

use corpus::{corpus, mutated};
use proptest::prelude::*;
use rules::what_is_pasted_is_explained_without_the_secrets;

#[test]
fn the_corpus_keeps_the_rule() {
    for target in ["explain", "notifications"] {
        for body in corpus(target) {
            what_is_pasted_is_explained_without_the_secrets(&body);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn mutated_bodies_keep_the_rule(body in mutated("explain")) {
        what_is_pasted_is_explained_without_the_secrets(&body);
    }
}
