//! `packaging/paytr-relay.service`, read by systemd's own tool.

use std::fs;
use std::process::{Command, Output};

use crate::configuration;

const UNIT: &str = include_str!("../../packaging/paytr-relay.service");
/// Where the unit has the program.
const PROGRAM: &str = "/usr/local/bin/paytr-relay";

/// Runs systemd-analyze on a unit, with the program that was built: systemd looks for it.
fn analyze(arguments: &[&str], unit: &str) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("paytr-relay.service");
    let unit = unit.replace(PROGRAM, env!("CARGO_BIN_EXE_paytr-relay"));
    fs::write(&path, unit).unwrap();
    let mut command = Command::new("systemd-analyze");
    let output = command.args(arguments).arg(path).output();
    output.unwrap_or_else(|error| {
        panic!("systemd-analyze: {error}; `cargo xtask test` installs it, from Debian's package systemd")
    })
}

/// What systemd says against it. It only warns of a setting that it does not know, and it names other units of this
/// machine too.
fn faults(unit: &str) -> Vec<String> {
    let output = analyze(&["verify", "--man=no", "--recursive-errors=no"], unit);
    let said = String::from_utf8_lossy(&output.stderr);
    let ours = said.lines().filter(|line| line.contains("paytr-relay"));
    ours.map(str::to_owned).collect()
}

fn is_confined(unit: &str) -> bool {
    // From 0, shut in, to 100: nothing but what it needs is open.
    let security = ["security", "--offline=true", "--no-pager", "--threshold=15"];
    analyze(&security, unit).status.success()
}

#[test]
fn systemd_knows_every_setting_and_finds_the_program() {
    assert_eq!(faults(UNIT), [""; 0]);
    let misspelt = UNIT.replace("DynamicUser", "DynamicUsr");
    assert!(!faults(&misspelt).is_empty(), "a mistake would be seen");
}

#[test]
fn it_is_confined_to_what_it_needs() {
    assert!(is_confined(UNIT));
    for line in [
        "RestrictNamespaces=yes\n",
        "CapabilityBoundingSet=\n",
        "DynamicUser=yes\n",
    ] {
        let opened = UNIT.replace(line, "");
        assert_ne!(opened, UNIT, "{line}");
        assert!(!is_confined(&opened), "without {line}");
    }
}

#[test]
fn its_command_takes_the_configuration_and_the_credentials_of_the_page() {
    let command = UNIT
        .lines()
        .find_map(|line| line.strip_prefix("ExecStart="))
        .unwrap();
    let words: Vec<_> = command.split(' ').collect();
    let [PROGRAM, arguments @ ..] = words.as_slice() else {
        panic!("{command}");
    };
    assert!(UNIT.contains("\nLoadCredential=secrets:"));
    let said = configuration::check(
        arguments,
        "/etc/paytr-relay",
        "/run/credentials/paytr-relay.service",
        "secrets_",
    );
    assert!(said.contains("the configuration is good"), "{said}");
}
