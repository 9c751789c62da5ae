//! The examples of docs/commands.md are what the program prints.

use std::path::Path;
use std::process::Command;

use crate::common::{KEY, MERCHANT_ID, SALT};

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/commands.md");
const FENCE: &str = "```console";

/// Runs a command line in a shell, as a reader would.
fn run(line: &str, folder: &Path, code: i32) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_paytr"));
    let programs = program.parent().expect("the program is in a folder");
    let path = format!("{}:/usr/bin:/bin", programs.display());
    let output = Command::new("sh")
        .args(["-c", line])
        .env_clear()
        .env("PATH", path)
        .env("PAYTR_MERCHANT_ID", MERCHANT_ID)
        .env("PAYTR_MERCHANT_KEY", KEY)
        .env("PAYTR_MERCHANT_SALT", SALT)
        .current_dir(folder)
        .output()
        .expect("there is a shell");
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{line}\n{err}");
    String::from_utf8(output.stdout).expect("it prints UTF-8")
}

/// A block with the output of its command lines.
fn generate(block: &str, folder: &Path, code: i32) -> String {
    let mut text = String::new();
    let mut lines = block.lines();
    while let Some(line) = lines.next() {
        let Some(mut command) = line.strip_prefix("$ ").map(str::to_owned) else {
            continue;
        };
        text.push_str(line);
        while command.ends_with('\\') {
            let next = lines.next().expect("a line follows a backslash");
            text.push('\n');
            text.push_str(next);
            command.pop();
            command.push_str(next.trim_start());
        }
        text.push('\n');
        text.push_str(&run(&command, folder, code));
    }
    text
}

#[test]
fn every_example_prints_what_the_document_says() {
    let folder = tempfile::TempDir::new().expect("a temporary folder can be made");
    let document = std::fs::read_to_string(DOCUMENT).expect("the document is there");
    let mut generated = String::new();
    let mut rest = document.as_str();
    let mut examples = 0;
    while let Some((before, after)) = rest.split_once(FENCE) {
        let (info, after) = after.split_once('\n').expect("a fence ends its line");
        let (block, after) = after.split_once("```\n").expect("a block ends");
        let code = info
            .trim()
            .strip_prefix("exit-")
            .map_or(0, |code| code.parse().unwrap());
        let block = generate(block, folder.path(), code);
        generated.extend([before, FENCE, info, "\n", &block, "```\n"]);
        examples += 1;
        rest = after;
    }
    generated.push_str(rest);
    assert!(examples > 25, "{examples} examples");
    if std::env::var("UPDATE_DOCS").is_ok_and(|update| update == "1") {
        std::fs::write(DOCUMENT, &generated).expect("the document can be written");
        return;
    }
    for (number, (is, should)) in (1..).zip(document.lines().zip(generated.lines())) {
        assert_eq!(
            is, should,
            "line {number}; UPDATE_DOCS=1 writes the document again"
        );
    }
    assert!(
        document == generated,
        "UPDATE_DOCS=1 writes the document again"
    );
}
