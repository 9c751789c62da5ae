//! The guides in two languages, and the books that are made of them.

mod commands;
mod html;
mod languages;
mod page;
mod search;
mod stage;

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use self::languages::Language;
use crate::run::{MDBOOK, root, run};
use crate::workspace::Workspace;

/// Checks that the pages of both languages are in step and that their commands exist, and builds a book of each into
/// `book` in the target folder.
///
/// # Errors
///
/// Two pages differ in more than their prose, a command or a link of a page leads nowhere, or mdbook fails.
pub(crate) fn check() -> Result<()> {
    let root = root();
    let differences = differences(root)?;
    ensure!(differences.is_empty(), "{}", differences.join("\n"));
    let unknown = commands::unknown(root)?;
    ensure!(unknown.is_empty(), "{}", unknown.join("\n"));
    MDBOOK.ensure()?;
    let target = Workspace::read()?.target;
    let books = target.join("book");
    for language in Language::ALL {
        let sources = target.join("book-sources").join(language.code());
        let book = books.join(language.code());
        stage::stage(root, language, &sources)?;
        let mut mdbook = Command::new("mdbook");
        mdbook
            .arg("build")
            .arg("--dest-dir")
            .arg(&book)
            .arg(&sources);
        run(&mut mdbook)?;
        if language == Language::Turkish {
            search::check(&book)?;
        }
    }
    let dead = html::dead_links(&books)?;
    ensure!(
        dead.is_empty(),
        "links that lead nowhere:\n{}",
        dead.join("\n")
    );
    eprintln!("the books are in {}", books.display());
    Ok(())
}

/// What pages differ in that should differ in their prose alone.
fn differences(root: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let pairs = languages::pairs(root)?;
    for pair in &pairs {
        let [english, turkish] = [&pair.english, &pair.turkish].map(|path| {
            fs::read_to_string(root.join(path)).with_context(|| path.display().to_string())
        });
        let differences = languages::differences(pair, &english?, &turkish?, &pairs);
        let name = pair.turkish.display();
        found.extend(differences.iter().map(|line| format!("{name}: {line}")));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::page::{Page, path_of};
    use super::*;

    /// Every page that exists in two languages.
    fn pages() -> Vec<(PathBuf, String)> {
        let pairs = languages::pairs(root()).unwrap();
        let pages = pairs
            .into_iter()
            .flat_map(|pair| [pair.english, pair.turkish]);
        let read = |path: PathBuf| {
            let text = fs::read_to_string(root().join(&path)).unwrap();
            (path, text)
        };
        pages.map(read).collect()
    }

    #[test]
    fn every_page_says_the_same_in_both_languages() {
        let differences = differences(root()).unwrap();
        assert!(differences.is_empty(), "{differences:#?}");
    }

    #[test]
    fn every_link_of_a_page_leads_to_a_file() {
        for (page, text) in pages() {
            for link in Page::read(&text).links {
                let Some(path) = path_of(&link.target) else {
                    continue;
                };
                let to = stage::resolve(page.parent().unwrap(), path).unwrap();
                assert!(
                    root().join(&to).exists(),
                    "{}: {}",
                    page.display(),
                    to.display()
                );
            }
        }
    }

    #[test]
    fn every_page_is_a_chapter_of_its_book() {
        for language in Language::ALL {
            let guide = language.guide();
            let summary = fs::read_to_string(root().join(guide.join("SUMMARY.md"))).unwrap();
            let summary = Page::read(&summary);
            for (page, _) in pages() {
                let is_chapter = |name: &str| summary.links.iter().any(|link| link.target == name);
                let Ok(name) = page.strip_prefix(&guide) else {
                    continue;
                };
                let name = name.to_str().unwrap();
                assert!(
                    name == "SUMMARY.md" || is_chapter(name),
                    "{}",
                    page.display()
                );
            }
        }
    }

    /// The Turkish pages have the same blocks.
    #[test]
    fn every_page_with_rust_is_compiled_by_the_doc_tests_of_paytr_axum() {
        let doc_tests = fs::read_to_string(root().join("paytr-axum/src/guides.rs")).unwrap();
        let english = pages();
        let english = english
            .iter()
            .filter(|(page, _)| page.starts_with(Language::English.guide()));
        for (page, text) in english {
            let blocks = Page::read(text).blocks;
            for block in blocks.iter().filter(|block| block.info.starts_with("rust")) {
                assert!(
                    ["rust", "rust,no_run"].contains(&&*block.info),
                    "{}",
                    block.info
                );
                let include = format!("include_str!(\"../../{}\")", page.display());
                assert!(doc_tests.contains(&include), "{include}");
            }
        }
    }

    #[test]
    fn every_command_of_a_page_exists() {
        let unknown = commands::unknown(root()).unwrap();
        assert!(unknown.is_empty(), "{unknown:#?}");
    }
}
