//! Links of a built book.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context as _, Result};

/// The links of all pages below a folder that lead nowhere in it, one line each. Links to the web are not followed.
///
/// # Errors
///
/// A file cannot be read.
pub(crate) fn dead_links(root: &Path) -> Result<Vec<String>> {
    let mut pages = HashMap::new();
    let mut files = HashSet::new();
    collect(root, root, &mut pages, &mut files)?;
    let mut dead = Vec::new();
    for (page, html) in &pages {
        // Its links are made to be right from any folder, by a base that it sets.
        if page.ends_with("404.html") {
            continue;
        }
        for link in attributes(html, "href").chain(attributes(html, "src")) {
            let link = link.replace("&amp;", "&");
            if link.contains("://") || link.starts_with("mailto:") || link.starts_with("data:") {
                continue;
            }
            let (path, fragment) = link.split_once('#').unwrap_or((&link, ""));
            let to = if path.is_empty() {
                Some(page.clone())
            } else {
                joined(page, &decoded(path))
            };
            let is_dead = match &to {
                None => true,
                Some(to) => !files.contains(to) || !has(&pages, to, &decoded(fragment)),
            };
            if is_dead {
                dead.push(format!("{}: {link}", page.display()));
            }
        }
    }
    dead.sort();
    dead.dedup();
    Ok(dead)
}

fn collect(
    root: &Path,
    folder: &Path,
    pages: &mut HashMap<PathBuf, String>,
    files: &mut HashSet<PathBuf>,
) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, pages, files)?;
            continue;
        }
        let name = path.strip_prefix(root)?.to_owned();
        if path.extension().is_some_and(|ending| ending == "html") {
            let html = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            pages.insert(name.clone(), html);
        }
        files.insert(name);
    }
    Ok(())
}

/// The values of an attribute of all tags, as the page has them. Code that is shown has its tags escaped.
fn attributes<'a>(html: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let begin = format!(" {name}=\"");
    let tags = html.split('<').skip(1);
    let tags = tags.map(|tag| tag.split_once('>').map_or(tag, |(tag, _)| tag));
    tags.filter_map(move |tag| {
        let (_, after) = tag.split_once(&begin)?;
        Some(after.split_once('"')?.0)
    })
}

/// Whether a page has what a fragment names. Other files have anything.
fn has(pages: &HashMap<PathBuf, String>, page: &Path, fragment: &str) -> bool {
    let Some(html) = pages.get(page).filter(|_| !fragment.is_empty()) else {
        return true;
    };
    attributes(html, "id").any(|id| id == fragment)
}

fn joined(page: &Path, path: &str) -> Option<PathBuf> {
    let mut to = page.parent()?.to_owned();
    for part in Path::new(path).components() {
        match part {
            Component::Normal(name) => to.push(name),
            Component::ParentDir => to.pop().then_some(())?,
            Component::CurDir => {}
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(to)
}

/// The text of a part of an address.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let hex = || {
            let mut after = rest.clone();
            let digits = [after.next()?, after.next()?];
            let value = u8::from_str_radix(str::from_utf8(&digits).ok()?, 16).ok()?;
            Some((value, after))
        };
        match (byte == b'%').then(hex).flatten() {
            Some((value, after)) => {
                bytes.push(value);
                rest = after;
            }
            None => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_to_a_missing_page_or_heading_is_dead_and_no_other() {
        let folder = std::env::temp_dir().join(format!("dead-links-{}", std::process::id()));
        fs::create_dir_all(folder.join("tr")).unwrap();
        let page = "<a href=\"tr/b.html#%C3%B6deme\"></a> <a href=\"tr/b.html#iade\"></a> <a href=\"#x\"></a>
            <a href=\"https://example.com/\"></a> <img src=\"../c.png\"> <a id=\"x\" href=\"c.html\"></a>
            <code>&lt;a href=\"shown.html\"&gt;</code>";
        fs::write(folder.join("a.html"), page).unwrap();
        let other = "<h2 id=\"ödeme\"></h2> <a href=\"../a.html\"></a>";
        fs::write(folder.join("tr/b.html"), other).unwrap();
        let dead = dead_links(&folder);
        fs::remove_dir_all(&folder).unwrap();
        let expected = [
            "a.html: ../c.png",
            "a.html: c.html",
            "a.html: tr/b.html#iade",
        ];
        assert_eq!(dead.unwrap(), expected);
    }
}
