//! The sources of a book, put together from the pages of the repository.
//!
//! mdbook takes pages from one folder. The pages of a book lie in `docs/guide`, and others that it has too lie where their
//! code is; their links have to work in the repository as well. So they are copied to a folder, their links go with them, and
//! those out of the book become the names of what they lead to.

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
    let [own, other] = [language, language.other()].map(|language| Book::read(root, language));
    let (own, other) = (own?, other?);
    for page in &own.pages {
        let text = read(&root.join(page))?;
        let text = rewrite(&text, |link| place_in_book(link, page, &own, &other));
        write(&into.join("src").join(own.place(page)), &text)?;
    }
    let guide = language.guide();
    let chapters = rewrite(&own.summary, |target| {
        let page = resolve(&guide, path_of(target)?)?;
        Some(Place::At(own.place(&page).display().to_string()))
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

/// What a book is made of.
struct Book {
    language: Language,
    summary: String,
    /// Its chapters, as paths from the repository's root.
    pages: BTreeSet<PathBuf>,
}

impl Book {
    fn read(root: &Path, language: Language) -> Result<Self> {
        let guide = language.guide();
        let summary = read(&root.join(guide.join(SUMMARY)))?;
        let links = Page::read(&summary).links;
        let pages = links
            .iter()
            .filter_map(|link| resolve(&guide, path_of(&link.target)?))
            .collect();
        Ok(Self {
            language,
            summary,
            pages,
        })
    }

    /// Where a page is in the book: those of the guide at its top, others at their path in the repository.
    fn place<'a>(&self, page: &'a Path) -> &'a Path {
        page.strip_prefix(self.language.guide()).unwrap_or(page)
    }
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
fn place_in_book(target: &str, page: &Path, own: &Book, other: &Book) -> Option<Place> {
    let to = resolve(page.parent()?, path_of(target)?)?;
    let up = "../".repeat(own.place(page).parent()?.components().count());
    let fragment = target.find('#').and_then(|at| target.get(at..));
    let fragment = fragment.unwrap_or_default();
    if own.pages.contains(&to) {
        let to = own.place(&to).display();
        return Some(Place::At(format!("{up}{to}{fragment}")));
    }
    if other.pages.contains(&to) {
        // The books lie side by side.
        let to = other.place(&to).with_extension("html");
        let (book, to) = (other.language.code(), to.display());
        return Some(Place::At(format!("{up}../{book}/{to}{fragment}")));
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
        let replaced = match place {
            Place::At(target) => format!("[{text}]({target})"),
            Place::Outside(path) if text.contains(&path) => text.to_owned(),
            Place::Outside(path) => format!("{text} (`{path}`)"),
        };
        rewritten.push_str(&replaced);
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

    fn book(language: Language, pages: [&str; 2]) -> Book {
        Book {
            language,
            summary: String::new(),
            pages: pages.map(PathBuf::from).into(),
        }
    }

    fn placed_on(page: &str, target: &str) -> Option<Place> {
        let english = book(Language::English, ["docs/guide/en/a.md", "docs/b.md"]);
        let turkish = book(Language::Turkish, ["docs/guide/tr/a.md", "docs/b.tr.md"]);
        place_in_book(target, Path::new(page), &english, &turkish)
    }

    fn placed(target: &str) -> Option<Place> {
        placed_on("docs/guide/en/a.md", target)
    }

    fn at(target: &str) -> Place {
        Place::At(target.to_owned())
    }

    #[test]
    fn a_link_on_its_page_and_one_to_the_web_stay() {
        for target in ["#here", "https://example.com/a.md"] {
            assert_eq!(placed(target), None, "{target}");
        }
    }

    #[test]
    fn a_link_within_the_book_leads_from_its_place_to_its_place() {
        assert_eq!(placed("../../b.md#c"), Some(at("docs/b.md#c")));
        assert_eq!(placed_on("docs/b.md", "guide/en/a.md"), Some(at("../a.md")));
        assert_eq!(placed_on("docs/b.md", "b.md"), Some(at("../docs/b.md")));
    }

    #[test]
    fn a_page_of_the_other_language_is_in_the_book_beside() {
        assert_eq!(placed("../tr/a.md"), Some(at("../tr/a.html")));
        assert_eq!(
            placed_on("docs/b.md", "b.tr.md#c"),
            Some(at("../../tr/docs/b.tr.html#c"))
        );
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
