//! The pages that exist in two languages, and that they stay in step: the same headings, tables, lists, code and links.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::page::{Block, Page, path_of};
use super::stage::resolve;

/// The language of a book, by the name of its folder in `docs/guide`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    Turkish,
}

impl Language {
    pub(crate) const ALL: [Self; 2] = [Self::English, Self::Turkish];

    /// Its code: `en` or `tr`.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Turkish => "tr",
        }
    }

    pub(crate) fn other(self) -> Self {
        match self {
            Self::English => Self::Turkish,
            Self::Turkish => Self::English,
        }
    }

    /// The folder of its pages, from the workspace's root.
    pub(crate) fn guide(self) -> PathBuf {
        Path::new("docs/guide").join(self.code())
    }
}

/// A page in both languages, as paths from the root.
#[derive(Debug)]
pub(crate) struct Pair {
    pub(crate) english: PathBuf,
    pub(crate) turkish: PathBuf,
}

/// The pages that exist in both languages.
///
/// # Errors
///
/// A folder cannot be read.
pub(crate) fn pairs(root: &Path) -> Result<Vec<Pair>> {
    let mut pairs = beside_each_other(root)?;
    let mut names = Vec::new();
    for language in Language::ALL {
        let folder = root.join(language.guide());
        let files = fs::read_dir(&folder).with_context(|| folder.display().to_string())?;
        for file in files {
            let path = PathBuf::from(file?.file_name());
            if path.extension().is_some_and(|ending| ending == "md") && !names.contains(&path) {
                names.push(path);
            }
        }
    }
    names.sort();
    let [english, turkish] = Language::ALL.map(Language::guide);
    pairs.extend(names.iter().map(|name| Pair {
        english: english.join(name),
        turkish: turkish.join(name),
    }));
    Ok(pairs)
}

/// The pages of the root and of `docs` whose translation lies beside them: `NAME.md` and `NAME.tr.md`.
fn beside_each_other(root: &Path) -> Result<Vec<Pair>> {
    let mut pairs = Vec::new();
    for folder in ["", "docs"] {
        for file in fs::read_dir(root.join(folder)).context("a folder of pages")? {
            let name = file?.file_name();
            let english = name.to_str().and_then(|name| name.strip_suffix(".tr.md"));
            if let Some(english) = english {
                let folder = Path::new(folder);
                pairs.push(Pair {
                    english: folder.join(format!("{english}.md")),
                    turkish: folder.join(&name),
                });
            }
        }
    }
    pairs.sort_by(|one, other| one.english.cmp(&other.english));
    Ok(pairs)
}

/// What differs between the texts of a page beside their prose, one line each. `pairs` are all pages in both languages.
pub(crate) fn differences(
    pair: &Pair,
    english: &str,
    turkish: &str,
    pairs: &[Pair],
) -> Vec<String> {
    let [en, tr] = [english, turkish].map(Page::read);
    let mut found = Vec::new();
    if en.headings != tr.headings {
        found.push(format!("headings: {:?} and {:?}", en.headings, tr.headings));
    }
    if en.tables != tr.tables {
        found.push(format!(
            "rows of tables: {:?} and {:?}",
            en.tables, tr.tables
        ));
    }
    if en.items != tr.items {
        found.push(format!("items of lists: {} and {}", en.items, tr.items));
    }
    for span in en.spans.symmetric_difference(&tr.spans) {
        found.push(format!("`{span}` is on one page only"));
    }
    if en.blocks.len() != tr.blocks.len() {
        let counts = (en.blocks.len(), tr.blocks.len());
        found.push(format!("blocks of code: {} and {}", counts.0, counts.1));
    }
    for (en, tr) in en.blocks.iter().zip(&tr.blocks) {
        if en != tr {
            found.push(format!(
                "a block of code differs: {}",
                first_difference(en, tr)
            ));
        }
    }
    let mut targets = [
        neutral_targets(&en, &pair.english, Language::English, pairs),
        neutral_targets(&tr, &pair.turkish, Language::Turkish, pairs),
    ];
    // A sentence may name two pages in another order.
    for targets in &mut targets {
        targets.sort();
    }
    let [en, tr] = targets;
    found.extend(
        only_in_first(&en, &tr).map(|target| format!("a link is missing in Turkish: {target}")),
    );
    found.extend(
        only_in_first(&tr, &en).map(|target| format!("a link is missing in English: {target}")),
    );
    found
}

fn first_difference(en: &Block, tr: &Block) -> String {
    let mut lines = en.text.lines().zip(tr.text.lines());
    match lines.find(|(en, tr)| en != tr) {
        Some((en, tr)) => format!("`{en}` and `{tr}`"),
        None => format!("```{} and ```{}, or one is longer", en.info, tr.info),
    }
}

/// Where a page links to, the same for both languages: a page that exists in both is its own language's or the other one's.
/// Headings differ, so fragments are left out: that they exist is found out by the check of the book.
fn neutral_targets(page: &Page, path: &Path, language: Language, pairs: &[Pair]) -> Vec<String> {
    let neutral = |target: &str| {
        let Some(to) = path_of(target) else {
            // Sites have pages in several languages, too.
            let site = target.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
            return if target.starts_with('#') {
                "#".to_owned()
            } else {
                site
            };
        };
        let folder = path.parent().unwrap_or(path);
        let Some(to) = resolve(folder, to) else {
            return target.to_owned();
        };
        for Pair { english, turkish } in pairs {
            let is_own = match language {
                Language::English => &to == english,
                Language::Turkish => &to == turkish,
            };
            if is_own {
                return format!("{}, own language", english.display());
            } else if &to == english || &to == turkish {
                return format!("{}, other language", english.display());
            }
        }
        to.display().to_string()
    };
    page.links
        .iter()
        .map(|link| neutral(&link.target))
        .collect()
}

/// The texts of a sorted list that the other one has not, or not as often.
fn only_in_first<'a>(first: &'a [String], second: &'a [String]) -> impl Iterator<Item = &'a str> {
    let count = |texts: &[String], text: &str| texts.iter().filter(|each| *each == text).count();
    let mut texts: Vec<_> = first.iter().map(String::as_str).collect();
    texts.dedup();
    texts
        .into_iter()
        .filter(move |text| count(first, text) > count(second, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENGLISH: &str = "# A\n\n[Türkçe](../tr/a.md) [b](b.md#one) [c](#c) <https://a.example/en>\n\n```sh\npaytr man\n```\n\n- `x`\n\n| h |\n|---|\n| 1 |\n";

    /// The differences of two texts of `docs/guide/LANGUAGE/a.md`.
    fn found(english: &str, turkish: &str) -> Vec<String> {
        let pairs = ["a.md", "b.md"].map(|name| Pair {
            english: Language::English.guide().join(name),
            turkish: Language::Turkish.guide().join(name),
        });
        let [pair, _] = &pairs;
        differences(pair, english, turkish, &pairs)
    }

    #[test]
    fn pages_that_differ_in_prose_alone_are_in_step() {
        let turkish = ENGLISH
            .replace("# A", "# Bir başlık")
            .replace("[Türkçe](../tr/a.md)", "[English](../en/a.md)")
            .replace("#one", "#bir")
            .replace("[c](#c)", "[ç](#ç)")
            .replace("a.example/en", "a.example/tr");
        assert_eq!(found(ENGLISH, &turkish), Vec::<String>::new());
    }

    #[test]
    fn each_part_that_differs_is_named() {
        let turkish = ENGLISH.replace("../tr/a.md", "../en/a.md");
        for (from, to, said) in [
            ("# A", "## A", "headings: [1] and [2]"),
            (
                "paytr man",
                "paytr adam",
                "a block of code differs: `paytr man` and `paytr adam`",
            ),
            (
                "```sh",
                "```text",
                "a block of code differs: ```sh and ```text",
            ),
            ("| 1 |\n", "", "rows of tables: [1] and [0]"),
            ("- `x`", "- `x`\n- y", "items of lists: 1 and 2"),
            ("`x`", "`z`", "`x` is on one page only"),
            (
                "b.md#one",
                "c.md",
                "a link is missing in Turkish: docs/guide/en/b.md, own language",
            ),
            (
                "../en/a.md",
                "../tr/a.md",
                "a link is missing in Turkish: docs/guide/en/a.md, other language",
            ),
            (
                "a.example",
                "b.example",
                "a link is missing in Turkish: https://a.example",
            ),
            (
                "[b](b.md#one)",
                "",
                "a link is missing in Turkish: docs/guide/en/b.md, own language",
            ),
            (
                "[b](b.md#one)",
                "[b](b.md) [b](b.md)",
                "a link is missing in English: docs/guide/en/b.md, own language",
            ),
        ] {
            let found = found(ENGLISH, &turkish.replace(from, to));
            assert!(
                found.iter().any(|line| line.starts_with(said)),
                "{said}: {found:?}"
            );
        }
    }
}
