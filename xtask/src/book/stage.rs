//! The sources of a book, put together from the pages of the repository.
//!
//! mdbook takes pages from one folder. The pages of a book lie in `docs/guide`, and others that it has too lie where their
//! code is; their links have to work in the repository as well. So they are copied to a folder of the same shape, and
//! links out of the book become the names of what they lead to.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::languages::Language;
use super::page::{Page, path_of};

const SUMMARY: &str = "SUMMARY.md";

/// Writes the sources of one language's book into a folder that is made anew.
///
/// # Errors
///
/// A page is missing or a folder cannot be written.
pub(crate) fn stage(root: &Path, language: Language, into: &Path) -> Result<()> {
    if into.exists() {
        fs::remove_dir_all(into).with_context(|| into.display().to_string())?;
    }
    let guide = language.guide();
    let summary = read(&root.join(guide.join(SUMMARY)))?;
    let pages: BTreeSet<_> = Page::read(&summary)
        .links
        .iter()
        .filter_map(|link| resolve(&guide, path_of(&link.target)?))
        .collect();
    for page in &pages {
        let text = read(&root.join(page))?;
        let text = rewrite(&text, |link| place_in_book(link, page, language, &pages));
        write(&into.join("src").join(page), &text)?;
    }
    let chapters = rewrite(&summary, |target| {
        let page = resolve(&guide, path_of(target)?)?;
        Some(Place::At(page.display().to_string()))
    });
    write(&into.join("src").join(SUMMARY), &chapters)?;
    // The settings, and scripts that they name.
    for entry in fs::read_dir(root.join(&guide)).with_context(|| guide.display().to_string())? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|ending| ending == "toml" || ending == "js")
            && let Some(name) = path.file_name()
        {
            write(&into.join(name), &read(&path)?)?;
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| path.display().to_string())
}

fn write(path: &Path, text: &str) -> Result<()> {
    let Some(folder) = path.parent() else {
        bail!("{} is no file", path.display());
    };
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    fs::write(path, text).with_context(|| path.display().to_string())
}

/// What becomes of a link.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    /// It leads there.
    At(String),
    /// The book has not what it leads to, only its path in the repository.
    Outside(String),
}

/// Where a link of a page leads in the book, unless it stays as it is.
fn place_in_book(
    target: &str,
    page: &Path,
    language: Language,
    pages: &BTreeSet<PathBuf>,
) -> Option<Place> {
    let folder = page.parent()?;
    let to = resolve(folder, path_of(target)?)?;
    if pages.contains(&to) {
        return None;
    }
    let other = language.other();
    if to.starts_with(other.guide()) {
        // The books lie side by side.
        let up = "../".repeat(folder.components().count() + 1);
        let page = to.with_extension("html");
        return Some(Place::At(format!(
            "{up}{}/{}",
            other.code(),
            page.display()
        )));
    }
    Some(Place::Outside(to.display().to_string()))
}

/// The page with other targets for some of its links.
fn rewrite(markdown: &str, place: impl Fn(&str) -> Option<Place>) -> String {
    let mut links = Page::read(markdown).links;
    links.sort_by_key(|link| link.place.start);
    let mut rewritten = String::new();
    let mut done = 0;
    for link in links {
        let Some(place) = place(&link.target) else {
            continue;
        };
        let text = markdown.get(link.text).unwrap_or_default();
        rewritten.push_str(markdown.get(done..link.place.start).unwrap_or_default());
        rewritten += &match place {
            Place::At(target) => format!("[{text}]({target})"),
            Place::Outside(path) if text.contains(&path) => text.to_owned(),
            Place::Outside(path) => format!("{text} (`{path}`)"),
        };
        done = link.place.end;
    }
    rewritten.push_str(markdown.get(done..).unwrap_or_default());
    rewritten
}

/// A path from the repository's root, of a path from one of its folders.
pub(crate) fn resolve(folder: &Path, path: &str) -> Option<PathBuf> {
    let mut resolved = PathBuf::new();
    for part in folder.join(path).components() {
        match part {
            Component::Normal(name) => resolved.push(name),
            Component::ParentDir => resolved.pop().then_some(())?,
            Component::CurDir => {}
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(resolved)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placed(target: &str) -> Option<Place> {
        let pages = BTreeSet::from(["docs/guide/en/a.md".into(), "docs/b.md".into()]);
        place_in_book(
            target,
            Path::new("docs/guide/en/a.md"),
            Language::English,
            &pages,
        )
    }

    #[test]
    fn a_link_within_the_book_and_one_to_the_web_stay() {
        for target in ["a.md", "../../b.md#c", "#here", "https://example.com/a.md"] {
            assert_eq!(placed(target), None, "{target}");
        }
    }

    #[test]
    fn a_page_of_the_other_language_is_in_the_book_beside() {
        let there = Place::At("../../../../tr/docs/guide/tr/a.html".into());
        assert_eq!(placed("../tr/a.md"), Some(there));
    }

    #[test]
    fn what_the_book_has_not_is_named_by_its_path_once() {
        let text =
            "See [the shop](../../../examples/shop) and [`examples/shop`](../../../examples/shop).";
        let rewritten = rewrite(text, placed);
        assert_eq!(
            rewritten,
            "See the shop (`examples/shop`) and `examples/shop`."
        );
    }

    #[test]
    fn no_path_leaves_the_repository() {
        assert_eq!(
            resolve(Path::new("docs"), "../a/./b.md"),
            Some("a/b.md".into())
        );
        assert_eq!(resolve(Path::new("docs"), "../../a"), None);
        assert_eq!(resolve(Path::new("docs"), "/a"), None);
    }
}
