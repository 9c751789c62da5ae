//! The `paytr` commands of the README and of `docs`: each line of a block is one that the program takes, and each command that
//! is named in the text exists with its flags. The Turkish guides have the same commands as the English ones.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Command, CommandFactory as _};

use super::Cli;

/// What a reader writes something else for, and what it stands for here.
const PLACEHOLDERS: [(&str, &str); 1] = [("YOUR.PUBLIC.IPV4", "88.255.10.20")];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn add_pages(folder: &Path, pages: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("guide/tr") {
            add_pages(&path, pages);
        } else if path.extension().is_some_and(|ending| ending == "md") {
            pages.push(path);
        }
    }
}

/// The simple commands of a line for the shell, each with its words.
fn commands(line: &str) -> Vec<Vec<String>> {
    let mut commands = vec![Vec::new()];
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut is_file_name = false;
    for letter in line.chars().chain(std::iter::once(' ')) {
        match (quote, letter) {
            (Some(open), _) if open == letter => quote = None,
            (None, '\'' | '"') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (None, '#') if word.is_none() => break,
            (None, ' ' | '|' | ';' | '&' | '<' | '>') => {
                if let Some(ended) = word.take()
                    && !std::mem::take(&mut is_file_name)
                {
                    commands.last_mut().unwrap().push(ended);
                }
                match letter {
                    ' ' => {}
                    '<' | '>' => is_file_name = true,
                    _ => commands.push(Vec::new()),
                }
            }
            _ => word.get_or_insert_default().push(letter),
        }
    }
    commands.retain(|words| !words.is_empty());
    commands
}

/// The lines of the blocks for a shell, with continued ones joined, and the code in running text.
fn code(page: &str) -> (Vec<String>, Vec<String>) {
    let (mut lines, mut spans) = (Vec::new(), Vec::new());
    let mut fence: Option<&str> = None;
    let mut begun = String::new();
    for line in page.lines() {
        match (fence, line.trim_start().strip_prefix("```")) {
            (None, Some(info)) => fence = Some(info),
            (Some(_), Some(_)) => fence = None,
            (Some("sh"), None) => match line.strip_suffix('\\') {
                Some(part) => begun.push_str(part),
                None => lines.push(std::mem::take(&mut begun) + line),
            },
            (Some(_), None) => {}
            (None, None) => spans.extend(line.split('`').skip(1).step_by(2).map(str::to_owned)),
        }
    }
    (lines, spans)
}

/// What is wrong with a command that is named in the text: its arguments may be left out, and nothing else.
fn unknown_part(words: &[String]) -> Option<String> {
    let mut command = Cli::command();
    command.build();
    let mut command: &Command = &command;
    for (at, word) in words.iter().enumerate().skip(1) {
        if let Some(flag) = word.strip_prefix("--") {
            let flag = flag.split('=').next().unwrap_or(flag);
            let mut known = command.get_arguments().filter_map(clap::Arg::get_long);
            if !known.any(|long| long == flag) {
                return Some(word.clone());
            }
        } else if let Some(below) = command.find_subcommand(word) {
            command = below;
        } else if at == 1 {
            return Some(word.clone());
        }
    }
    None
}

#[test]
fn every_command_of_the_pages_is_one_that_the_program_takes() {
    let mut pages = vec![root().join("README.md")];
    add_pages(&root().join("docs"), &mut pages);
    let mut wrong = Vec::new();
    let (mut run, mut named) = (0, 0);
    for path in pages {
        let mut page = fs::read_to_string(&path).unwrap();
        for (placeholder, value) in PLACEHOLDERS {
            page = page.replace(placeholder, value);
        }
        let (lines, spans) = code(&page);
        let is_ours = |words: &Vec<String>| words.first().is_some_and(|word| word == "paytr");
        for words in lines.iter().flat_map(|line| commands(line)).filter(is_ours) {
            run += 1;
            if let Err(error) = Cli::command().try_get_matches_from(&words) {
                wrong.push(format!("{}: {}\n{error}", path.display(), words.join(" ")));
            }
        }
        for words in spans.iter().flat_map(|span| commands(span)).filter(is_ours) {
            named += 1;
            if let Some(part) = unknown_part(&words) {
                wrong.push(format!(
                    "{}: {}: no {part}",
                    path.display(),
                    words.join(" ")
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(run > 20 && named > 30, "{run} lines, {named} names");
}

#[test]
fn words_are_cut_as_a_shell_cuts_them() {
    let cut = |line: &str| -> Vec<String> {
        let commands = commands(line);
        commands.iter().map(|words| words.join("+")).collect()
    };
    assert_eq!(
        cut("paytr cashout --payout '9:TR:A B' # once"),
        ["paytr+cashout+--payout+9:TR:A B"]
    );
    assert_eq!(
        cut("paytr callback verify --kind payment < body.txt"),
        ["paytr+callback+verify+--kind+payment"]
    );
    assert_eq!(
        cut("set -a; . ./.env && paytr man | head -1"),
        ["set+-a", ".+./.env", "paytr+man", "head+-1"]
    );
}

#[test]
fn a_command_or_a_flag_that_does_not_exist_is_found_in_the_text() {
    let wrong = |line: &str| unknown_part(commands(line).first().unwrap());
    assert_eq!(wrong("paytr reconcile --day"), None);
    assert_eq!(wrong("paytr callback explain"), None);
    assert_eq!(wrong("paytr status SHOP…"), None);
    assert_eq!(wrong("paytr recon"), Some("recon".to_owned()));
    assert_eq!(wrong("paytr refund --force"), Some("--force".to_owned()));
}
