//! The programs of `vectors/`, in Python, Node.js and PHP: each checks the vectors by itself, checks a command in another
//! language, and fails when one vector is broken.

#![allow(clippy::unwrap_used, reason = "a failed step fails the test")]

use std::fs;
use std::path::{Path, PathBuf};

use foreign_clients::{Failed, finish};
use serde_json::{Value, json};
use tokio::process::Command;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../vectors");

const ALL_AGREE: &str = "107 of 107 vectors agree\n";

/// What PayTR's request formula, with the salt at the end, gives for the first payment notification.
const SALT_LAST: &str = "K1UARf1daFNEt/C5fqbu1CfPEPmvhGq40+MJS8l617Y=";

fn program(interpreter: &str, file: &str) -> Command {
    let mut command = Command::new(interpreter);
    command.arg(Path::new(FOLDER).join(file));
    command
}

/// The vectors with one change, in a file that is gone when this is dropped.
struct Broken(PathBuf);

impl Broken {
    fn new(name: &str, change: impl FnOnce(&mut Value)) -> Self {
        let text = fs::read_to_string(Path::new(FOLDER).join("vectors.json")).unwrap();
        let mut file: Value = serde_json::from_str(&text).unwrap();
        change(&mut file);
        let name = format!("broken-{name}-{}.json", std::process::id());
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::write(&path, file.to_string()).unwrap();
        Self(path)
    }
}

impl Drop for Broken {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

async fn all_vectors_agree(interpreter: &str, file: &str) {
    let said = finish(&mut program(interpreter, file)).await.unwrap();
    assert_eq!(said, ALL_AGREE);
}

async fn a_command_in_another_language_agrees(runner: (&str, &str), other: (&str, &str)) {
    let mut command = program(runner.0, runner.1);
    // What there is to get wrong: an override of the credentials, backslashes, text that is not ASCII.
    let formulas = "iframe_card_token,platform_transfer_result_hash,link_create_flex_token";
    command.args(["--only", formulas, other.0]);
    command.arg(Path::new(FOLDER).join(other.1)).arg("--sign");
    let said = finish(&mut command).await.unwrap();
    assert_eq!(said, "14 of 14 vectors agree\n");
}

async fn one_broken_vector_fails_and_is_named(interpreter: &str, file: &str) {
    for (part, key) in [
        ("/formulas/10/vectors/2", "expected"),
        ("/formulas/10/vectors/2", "message"),
    ] {
        let mut name = String::new();
        let name_of = format!("{}-{key}", file.replace('.', "-"));
        let broken = Broken::new(&name_of, |all| {
            let formula = all
                .pointer("/formulas/10/id")
                .unwrap()
                .as_str()
                .unwrap()
                .to_owned();
            let vector = all.pointer_mut(part).unwrap();
            name = format!("WRONG {formula}/{}\n", vector["name"].as_str().unwrap());
            let text = vector[key].as_str().unwrap();
            vector[key] = json!(text.replacen(['1', 'a', 'A', '0'], "z", 1));
        });
        let mut command = program(interpreter, file);
        let Failed { code, said } = finish(command.arg("--vectors").arg(&broken.0))
            .await
            .unwrap_err();
        assert_eq!(code, Some(1), "{said}");
        assert!(said.starts_with(&name), "{key}: {said}");
        assert_eq!(said.matches("WRONG").count(), 1, "{said}");
        assert!(said.ends_with("\n106 of 107 vectors agree\n"), "{said}");
    }
}

async fn a_known_mistake_is_explained(interpreter: &str, file: &str) {
    let mut command = program(interpreter, file);
    command.args(["--only", "payment_callback_hash", "echo", SALT_LAST]);
    let Failed { code, said } = finish(&mut command).await.unwrap_err();
    assert_eq!(code, Some(1), "{said}");
    assert_eq!(
        said.matches("payment notifications carry it in the middle")
            .count(),
        7,
        "{said}"
    );
    assert!(said.ends_with("\n0 of 7 vectors agree\n"), "{said}");
}

/// A right token from a command that ends badly does not count, nor does no token.
async fn what_cannot_be_tried_is_no_success(interpreter: &str, file: &str) {
    let right = "4B/w+FYL+R/kQtmTzJpW0BVLqpItTNufqOyiYQf240E=";
    let bad_end = format!("echo {right}; exit 3");
    for (arguments, expected) in [
        (&["--only", "payment_callback_hash", "true"][..], 1),
        (
            &["--only", "payment_callback_hash", "sh", "-c", &bad_end],
            1,
        ),
        (&["--only", "no_such_formula"], 2),
        (&["--only"], 2),
        (&["--unknown"], 2),
    ] {
        let mut command = program(interpreter, file);
        let Failed { code, said } = finish(command.args(arguments)).await.unwrap_err();
        assert_eq!(code, Some(expected), "{arguments:?}: {said}");
        let none_agrees = expected == 2 || said.ends_with("\n0 of 7 vectors agree\n");
        assert!(none_agrees, "{arguments:?}: {said}");
    }
}

/// The command on the page, run by the line that stands there.
#[tokio::test]
async fn the_command_on_the_page_agrees() {
    let page = fs::read_to_string(Path::new(FOLDER).join("README.md")).unwrap();
    let (_, block) = page.split_once("\n```php\n").unwrap();
    let (code, _) = block.split_once("```\n").unwrap();
    let folder = format!("vectors-page-{}", std::process::id());
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("my-command.php"), code).unwrap();
    let line = page
        .lines()
        .find(|line| line.ends_with("php my-command.php"));
    let line = line
        .unwrap()
        .replace("vectors/check.py", &format!("{FOLDER}/check.py"));
    let mut shell = Command::new("sh");
    let said = finish(shell.args(["-c", &line]).current_dir(&folder)).await;
    fs::remove_dir_all(&folder).unwrap();
    assert_eq!(said.unwrap(), "5 of 5 vectors agree\n");
}

/// They are there to be read and copied.
#[test]
fn every_program_is_short_and_named_on_the_page() {
    let page = fs::read_to_string(Path::new(FOLDER).join("README.md")).unwrap();
    for file in ["check.py", "check.mjs", "check.php"] {
        let text = fs::read_to_string(Path::new(FOLDER).join(file)).unwrap();
        assert!(text.lines().count() <= 80, "{file}");
        assert!(page.contains(&format!("vectors/{file} ")), "{file}");
    }
}

macro_rules! programs {
    ($($module:ident: $interpreter:literal, $file:literal, $other:expr;)*) => {$(
        mod $module {
            #[tokio::test]
            async fn all_vectors_agree() {
                super::all_vectors_agree($interpreter, $file).await;
            }

            #[tokio::test]
            async fn a_command_in_another_language_agrees() {
                super::a_command_in_another_language_agrees(($interpreter, $file), $other).await;
            }

            #[tokio::test]
            async fn one_broken_vector_fails_and_is_named() {
                super::one_broken_vector_fails_and_is_named($interpreter, $file).await;
            }

            #[tokio::test]
            async fn a_known_mistake_is_explained() {
                super::a_known_mistake_is_explained($interpreter, $file).await;
            }

            #[tokio::test]
            async fn what_cannot_be_tried_is_no_success() {
                super::what_cannot_be_tried_is_no_success($interpreter, $file).await;
            }
        }
    )*};
}

programs! {
    python: "python3", "check.py", ("php", "check.php");
    node: "node", "check.mjs", ("python3", "check.py");
    php: "php", "check.php", ("node", "check.mjs");
}
