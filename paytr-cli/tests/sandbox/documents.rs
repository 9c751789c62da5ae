//! What the guide, the CI examples and the start of the relay's tell people to type exists.

use crate::program::{out, run};

const TEXTS: [&str; 5] = [
    include_str!("../../../docs/test-without-paytr.md"),
    include_str!("../../../docs/proxy-mode.md"),
    include_str!("../../../examples/ci/github-action.yml"),
    include_str!("../../../examples/ci/Containerfile"),
    include_str!("../../../examples/relay/start.sh"),
];
const CONTROL_API: &str = include_str!("../../../paytr-sandbox/docs/control-api.md");
const COMMANDS: [&str; 5] = ["sandbox", "trigger", "listen", "resend", "doctor"];

#[test]
fn every_command_and_flag_exists() {
    let mut checked = 0;
    let lines = TEXTS.iter().flat_map(|text| text.lines());
    for line in lines {
        let line = line.replace(['"', ',', '[', ']', '`', '\''], " ");
        let words: Vec<_> = line.split_whitespace().collect();
        let name = words
            .iter()
            .position(|word| *word == "paytr" || word.ends_with("/paytr"));
        let Some(command) = name.and_then(|index| words.get(index + 1)) else {
            continue;
        };
        if !COMMANDS.contains(command) {
            continue;
        }
        let help = out(&run(&[command, "--help"], &[]));
        let start = name.unwrap();
        for flag in words[start..].iter().filter(|word| word.starts_with("--")) {
            assert!(help.contains(flag), "{flag} of {line}");
            checked += 1;
        }
    }
    assert!(checked > 8, "{checked}");
}

#[test]
fn every_address_of_the_control_api_exists() {
    let mut checked = 0;
    let known = ["A2", "A3", "A4", "A5", "E1"];
    let known = known.iter().fold(CONTROL_API.to_owned(), |text, order| {
        text.replace(&format!("/{order}/"), "/A1/")
    });
    for text in TEXTS {
        for rest in text.split("/_sandbox").skip(1) {
            let end = rest.find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '/'));
            let path = format!("/_sandbox{}", &rest[..end.unwrap_or(rest.len())]);
            let path = path.replace("/ORDER/", "/A1/").replace("/ID/", "/1/");
            let is_known = known.contains(&format!(" {path}\n"))
                || known.contains(&format!(" {path}?"))
                || known.contains(&format!("{path} -d"));
            assert!(is_known, "{path}");
            checked += 1;
        }
    }
    assert!(checked > 8, "{checked}");
}
