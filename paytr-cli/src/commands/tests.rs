use std::collections::BTreeSet;

use clap::CommandFactory as _;

use super::Cli;

#[test]
fn the_arguments_are_consistent() {
    Cli::command().debug_assert();
}

/// Adds `name` and those below it that do something themselves.
fn add_leaves(command: &clap::Command, name: &str, leaves: &mut BTreeSet<String>) {
    let mut below = command.get_subcommands().peekable();
    if below.peek().is_none() {
        leaves.insert(name.to_owned());
    }
    for command in below {
        add_leaves(command, &format!("{name} {}", command.get_name()), leaves);
    }
}

#[test]
fn every_command_is_shown_in_the_document() {
    let document = include_str!("../../docs/commands.md");
    let mut leaves = BTreeSet::new();
    add_leaves(&Cli::command(), "paytr", &mut leaves);
    let shown = |leaf: &&String| {
        ["$", "|"]
            .iter()
            .any(|before| document.contains(&format!("{before} {leaf}")))
    };
    let missing: Vec<_> = leaves.iter().filter(|leaf| !shown(leaf)).collect();
    assert!(missing.is_empty(), "not in docs/commands.md: {missing:?}");
}

#[test]
fn no_argument_takes_credentials_or_card_data() {
    fn check(command: &clap::Command) {
        for argument in command.get_arguments() {
            let name = argument.get_id().as_str();
            for secret in [
                "key",
                "salt",
                "cvv",
                "card_number",
                "pan",
                "expiry",
                "base_url",
            ] {
                let is_flag = name == "ask_cvv";
                assert!(is_flag || !name.contains(secret), "{name}");
            }
        }
        command.get_subcommands().for_each(check);
    }
    check(&Cli::command());
}

#[test]
fn every_request_can_be_printed_instead_of_sent() {
    const LOCAL: [&str; 11] = [
        "sign",
        "verify",
        "explain",
        "error",
        "completions",
        "man",
        "sandbox",
        "trigger",
        "listen",
        "resend",
        "doctor",
    ];
    fn check(command: &clap::Command) {
        // The relay is a program of its own.
        if command.get_name() == "relay" {
            return;
        }
        let mut below = command.get_subcommands().peekable();
        if below.peek().is_none() && !LOCAL.contains(&command.get_name()) {
            let names: Vec<_> = command.get_arguments().map(clap::Arg::get_id).collect();
            for needed in ["dry_run", "json"] {
                let has = names.iter().any(|name| *name == needed);
                assert!(has, "{} has no {needed}", command.get_name());
            }
        }
        below.for_each(check);
    }
    check(&Cli::command());
}
