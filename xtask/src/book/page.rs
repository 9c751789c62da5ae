//! What a page of Markdown has beside its prose.

use std::collections::BTreeSet;
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// The parts of a page that do not depend on its language.
#[derive(Debug, Default)]
pub(crate) struct Page {
    /// The level of each heading: 1 to 6.
    pub(crate) headings: Vec<usize>,
    pub(crate) blocks: Vec<Block>,
    /// The code in running text.
    pub(crate) spans: BTreeSet<String>,
    /// The number of rows of each table, without its head.
    pub(crate) tables: Vec<usize>,
    /// The number of items of all lists.
    pub(crate) items: usize,
    pub(crate) links: Vec<Link>,
}

/// A block of code.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Block {
    /// What stands behind the fence, such as `rust,no_run`.
    pub(crate) info: String,
    pub(crate) text: String,
}

/// A link, or an image.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) target: String,
    /// The bytes of the page that it takes, with its text.
    pub(crate) place: Range<usize>,
    /// The bytes of what can be read of it.
    pub(crate) text: Range<usize>,
}

impl Page {
    /// Takes a page apart.
    pub(crate) fn read(markdown: &str) -> Self {
        let mut page = Self::default();
        let mut is_code = false;
        let mut open_links: Vec<Link> = Vec::new();
        for (event, place) in Parser::new_ext(markdown, Options::ENABLE_TABLES).into_offset_iter() {
            if let Some(link) = open_links.last_mut()
                && place != link.place
            {
                if link.text.is_empty() {
                    link.text = place.clone();
                }
                link.text.end = link.text.end.max(place.end);
            }
            match event {
                Event::Start(Tag::Heading { level, .. }) => page.headings.push(level as usize),
                Event::Start(Tag::CodeBlock(kind)) => {
                    is_code = true;
                    let info = match kind {
                        CodeBlockKind::Fenced(info) => info.into_string(),
                        CodeBlockKind::Indented => String::new(),
                    };
                    page.blocks.push(Block {
                        info,
                        text: String::new(),
                    });
                }
                Event::End(TagEnd::CodeBlock) => is_code = false,
                Event::Text(text) if is_code => {
                    if let Some(block) = page.blocks.last_mut() {
                        block.text.push_str(&text);
                    }
                }
                Event::Code(text) => {
                    page.spans.insert(text.into_string());
                }
                Event::Start(Tag::Table(_)) => page.tables.push(0),
                Event::Start(Tag::TableRow) => {
                    if let Some(rows) = page.tables.last_mut() {
                        *rows += 1;
                    }
                }
                Event::Start(Tag::Item) => page.items += 1,
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    open_links.push(Link {
                        target: dest_url.into_string(),
                        text: place.start..place.start,
                        place,
                    });
                }
                Event::End(TagEnd::Link | TagEnd::Image) => page.links.extend(open_links.pop()),
                _ => {}
            }
        }
        page
    }
}

/// The target of a link that leads to a file of the repository: its path without a fragment.
pub(crate) fn path_of(target: &str) -> Option<&str> {
    let is_elsewhere = target.contains("://") || target.starts_with("mailto:");
    let path = target.split_once('#').map_or(target, |(path, _)| path);
    (!is_elsewhere && !path.is_empty()).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "\
# One `a`

Read [the `b` page](b.md#c) and <https://example.com>.

## Two

| h | h |
|---|---|
| 1 | [2](d.md) |
| 3 | 4 |

- x
- y

```sh
# no heading
paytr status A1
```
";

    #[test]
    fn a_page_is_taken_apart() {
        let page = Page::read(PAGE);
        assert_eq!(page.headings, [1, 2]);
        assert_eq!(page.tables, [2]);
        assert_eq!(page.items, 2);
        let spans: Vec<_> = page.spans.iter().map(String::as_str).collect();
        assert_eq!(spans, ["a", "b"]);
        let block = Block {
            info: "sh".into(),
            text: "# no heading\npaytr status A1\n".into(),
        };
        assert_eq!(page.blocks, [block]);
        let links: Vec<_> = page.links.iter().map(|link| link.target.as_str()).collect();
        assert_eq!(links, ["b.md#c", "https://example.com", "d.md"]);
        let link = page.links.first().unwrap();
        assert_eq!(&PAGE[link.place.clone()], "[the `b` page](b.md#c)");
        assert_eq!(&PAGE[link.text.clone()], "the `b` page");
    }

    #[test]
    fn only_links_into_the_repository_have_a_path() {
        assert_eq!(path_of("../a.md#b"), Some("../a.md"));
        for elsewhere in ["https://example.com/a", "mailto:a@example.com", "#here"] {
            assert_eq!(path_of(elsewhere), None, "{elsewhere}");
        }
    }
}
