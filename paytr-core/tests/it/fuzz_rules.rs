//! The rules of the fuzz targets, on their corpus and on random data.

#[path = "../../../fuzz/rules/notifications.rs"]
mod notifications;

use std::path::Path;

use notifications::{
    nothing_is_accepted_without_the_key, what_is_accepted_is_read_the_same_by_others,
};
use proptest::prelude::*;

fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../fuzz/corpus")
        .join(target);
    let files = std::fs::read_dir(&folder).unwrap();
    let bodies: Vec<_> = files
        .map(|file| std::fs::read(file.unwrap().path()).unwrap())
        .collect();
    assert!(
        bodies.len() >= 20,
        "{} files in {}",
        bodies.len(),
        folder.display()
    );
    bodies
}

/// A body of the corpus with some of its bytes replaced, cut or doubled.
fn mutated(target: &str) -> impl Strategy<Value = Vec<u8>> + use<> {
    let change = (any::<prop::sample::Index>(), any::<u8>(), 0..3_u8);
    let changes = prop::collection::vec(change, 0..6);
    (prop::sample::select(corpus(target)), changes).prop_map(|(mut body, changes)| {
        for (at, byte, kind) in changes {
            if body.is_empty() {
                body.push(byte);
            }
            let at = at.index(body.len());
            match kind {
                0 => body[at] = byte,
                1 => drop(body.remove(at)),
                _ => body.insert(at, byte),
            }
        }
        body
    })
}

#[test]
fn the_corpus_keeps_the_rules() {
    for body in corpus("notifications") {
        nothing_is_accepted_without_the_key(&body);
    }
    for data in corpus("signed") {
        what_is_accepted_is_read_the_same_by_others(&data);
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
}
