//! `packaging/Containerfile`: what can be known of it without building it.

use std::path::Path;

use crate::configuration;

const FILE: &str = include_str!("../../packaging/Containerfile");
const CARGO: &str = include_str!("../../Cargo.toml");
/// Where it is built.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The instructions of this name, each without it.
fn instructions(name: &str) -> Vec<&'static str> {
    let lines = FILE.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.strip_prefix(name)?.strip_prefix(' '))
        .collect()
}

/// The parts of a version, to be compared.
fn version(text: &str) -> Vec<u32> {
    text.split('.').map(|part| part.parse().unwrap()).collect()
}

#[test]
fn every_base_is_pinned_to_a_release() {
    let bases = instructions("FROM");
    assert_eq!(bases.len(), 2);
    for base in bases {
        let (image, rest) = base.split_once(':').expect(base);
        assert!(image.contains('.'), "the registry is named: {image}");
        let tag = rest.split(' ').next().unwrap();
        assert!(tag.contains("bookworm"), "{tag}");
    }
}

#[test]
fn the_compiler_is_new_enough() {
    let wanted = CARGO
        .lines()
        .find_map(|line| line.strip_prefix("rust-version = "));
    let wanted = wanted.unwrap().trim_matches('"');
    let (_, tag) = instructions("FROM")[0].split_once("rust:").unwrap();
    let compiler = tag.split('-').next().unwrap();
    assert!(
        version(compiler) >= version(wanted),
        "{compiler} < {wanted}"
    );
}

#[test]
fn what_it_copies_and_installs_exists() {
    for copied in instructions("COPY") {
        let Some(source) = copied.strip_prefix("--from=build ") else {
            let source = copied.split(' ').next().unwrap();
            assert!(Path::new(ROOT).join(source).exists(), "{source}");
            continue;
        };
        assert!(
            source.starts_with("/installed/bin/paytr-relay "),
            "{source}"
        );
    }
    let install = instructions("RUN")
        .into_iter()
        .find(|run| run.starts_with("cargo install"));
    let words: Vec<_> = install.unwrap().split(' ').collect();
    let after = |flag: &str| words[words.iter().position(|word| *word == flag).unwrap() + 1];
    assert!(
        Path::new(ROOT)
            .join(after("--path"))
            .join("Cargo.toml")
            .exists()
    );
    assert_eq!(after("--root"), "/installed");
    assert!(words.contains(&"--locked"));
}

#[test]
fn it_does_not_run_as_root() {
    let [user] = instructions("USER")[..] else {
        panic!("one USER");
    };
    assert!(
        user.parse::<u32>().unwrap() > 0,
        "a number: Kubernetes cannot check a name"
    );
}

#[test]
fn its_command_takes_the_configuration_of_the_page() {
    let [command] = instructions("ENTRYPOINT")[..] else {
        panic!("one ENTRYPOINT");
    };
    let words: Vec<&str> = serde_json::from_str(command).unwrap();
    let ["paytr-relay", arguments @ ..] = words.as_slice() else {
        panic!("{command}");
    };
    assert!(FILE.contains("./secrets:/run/secrets:ro"));
    let said = configuration::check(arguments, "/etc/paytr-relay", "/run/secrets", "");
    assert!(said.contains("the configuration is good"), "{said}");
}

#[test]
fn secrets_and_what_was_built_stay_out_of_it() {
    let ignored = include_str!("../../../.dockerignore");
    for name in ["/target", "**/.env", "**/*.db", "/.git"] {
        assert!(ignored.lines().any(|line| line == name), "{name}");
    }
}
