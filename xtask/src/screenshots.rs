//! `cargo xtask screenshots`: the pictures of the README, made by the browser tests.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};

use crate::Command;
use crate::needs;
use crate::run::{NEXTEST, cargo, root, run};

/// The command.
pub(crate) const COMMAND: Command = Command {
    name: "screenshots",
    summary: "Make the pictures of the README with the browser tests",
    help: HELP,
    run: screenshots,
};

const HELP: &str = "\
Usage: cargo xtask screenshots

Runs the browser tests that buy something, look at the sandbox and work in the back office, on the screen of a phone,
and writes what they saw to docs/images. The tests must pass. Look at each picture before you commit it.

All pictures of a run are in target/screenshots.
";

/// Where the README looks for pictures.
const FOLDER: &str = "docs/images";

/// The largest picture, in bytes.
const LARGEST: u64 = 150_000;

/// A picture of the README.
struct Picture {
    /// What the test that makes it calls it.
    made_as: &'static str,
    /// The file in the folder.
    file: &'static str,
}

const PICTURES: [Picture; 4] = [
    Picture {
        made_as: "3-payment",
        file: "shop.png",
    },
    Picture {
        made_as: "6-paid",
        file: "paid.png",
    },
    Picture {
        made_as: "dashboard-order",
        file: "sandbox.png",
    },
    Picture {
        made_as: "office-1-overview",
        file: "back-office.png",
    },
];

/// The tests that make them.
const TESTS: &str = "(package(axum-shop) & test(/a_buyer_pays_on_a_phone|a_person_delivers/)) \
                     + (package(paytr-sandbox) & test(browser_dashboard))";

fn screenshots(arguments: &[OsString]) -> Result<()> {
    if let Some(first) = arguments.first() {
        bail!(
            "screenshots takes no arguments, and got {}",
            first.display()
        );
    }
    NEXTEST.ensure()?;
    let _browser = needs::provide_browser()?;
    let made = root().join("target/screenshots");
    if made.exists() {
        fs::remove_dir_all(&made).context("the pictures of the last run")?;
    }
    let mut tests = cargo(["nextest", "run", "--all-features"]);
    tests.args(["-p", "axum-shop", "-p", "paytr-sandbox", "-E", TESTS]);
    run(tests.env("SUITE_SCREENSHOTS", &made))?;
    let folder = root().join(FOLDER);
    fs::create_dir_all(&folder).context(FOLDER)?;
    for picture in PICTURES {
        keep(&made, &folder, &picture)?;
    }
    eprintln!(
        "\nscreenshots: {} pictures in {FOLDER}; look at each",
        PICTURES.len()
    );
    Ok(())
}

/// Copies a picture that is not too large for a page.
fn keep(made: &Path, folder: &Path, picture: &Picture) -> Result<()> {
    let from = made.join(picture.made_as).with_extension("png");
    let size = from
        .metadata()
        .with_context(|| format!("no test made {}", from.display()))?
        .len();
    ensure!(
        size <= LARGEST,
        "{} has {size} bytes; a page shall not load more than {LARGEST}",
        from.display()
    );
    fs::copy(&from, folder.join(picture.file)).context(picture.file)?;
    eprintln!("{FOLDER}/{}: {size} bytes", picture.file);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_shows_every_picture_and_no_other() {
        let readme = fs::read_to_string(root().join("README.md")).unwrap();
        for picture in &PICTURES {
            let file = format!("{FOLDER}/{}", picture.file);
            assert!(readme.contains(&file), "{file}");
            assert!(
                root().join(&file).metadata().unwrap().len() <= LARGEST,
                "{file}"
            );
        }
        assert_eq!(readme.matches(FOLDER).count(), PICTURES.len());
        let there = fs::read_dir(root().join(FOLDER)).unwrap();
        assert_eq!(there.count(), PICTURES.len());
    }

    #[test]
    fn a_picture_that_no_test_made_or_that_is_too_large_is_an_error() {
        let folder = root().join("target/screenshots-test");
        fs::create_dir_all(&folder).unwrap();
        let picture = Picture {
            made_as: "large",
            file: "copy.png",
        };
        assert!(
            keep(
                &folder,
                &folder,
                &Picture {
                    made_as: "none",
                    ..picture
                }
            )
            .is_err()
        );
        let file = fs::File::create(folder.join("large.png")).unwrap();
        file.set_len(LARGEST + 1).unwrap();
        assert!(keep(&folder, &folder, &picture).is_err());
        file.set_len(LARGEST).unwrap();
        assert!(keep(&folder, &folder, &picture).is_ok());
        fs::remove_dir_all(folder).unwrap();
    }
}
