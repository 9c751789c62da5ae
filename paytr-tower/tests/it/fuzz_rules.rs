//! The rules of the fuzz targets, on their corpus and on random data.

#[path = "../../../fuzz/rules/corpus.rs"]
mod corpus;
#[path = "../../../fuzz/rules/requests.rs"]
mod requests;

use corpus::{corpus, mutated};
use proptest::prelude::*;
use requests::only_a_posted_and_signed_form_is_ok;

#[test]
fn the_corpus_keeps_the_rules() {
    for data in corpus("requests") {
        only_a_posted_and_signed_form_is_ok(&data);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn mutated_requests_keep_the_rules(data in mutated("requests")) {
        only_a_posted_and_signed_form_is_ok(&data);
    }
}
