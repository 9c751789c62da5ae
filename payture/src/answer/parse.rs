use paid_once::Currency;
use roxmltree::{Document, Node, ParsingOptions};

use super::element::minor_units;
use super::{Answer, DecodeError, Element, Success};

/// More than any answer has, in bytes.
pub(crate) const MAX_ANSWER: usize = 256 * 1024;
/// More than any answer has; a card list has 20 cards.
const MAX_NODES: u32 = 4_096;
/// An answer has a root and one level of children.
const MAX_DEPTH: usize = 8;

/// The attributes that are amounts, whatever the command.
const AMOUNTS: [&str; 2] = ["Amount", "NewAmount"];

impl Answer {
    /// Reads an answer: one XML element with `Success`. There is no document type and no entity but
    /// the five of XML. Amounts are 1 to 19 digits or empty.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] for anything else.
    pub fn parse(body: &[u8], currency: Currency) -> Result<Self, DecodeError> {
        if body.len() > MAX_ANSWER {
            return Err(DecodeError::TooLong);
        }
        let text = std::str::from_utf8(body).map_err(|_| DecodeError::NotXml)?;
        let text = text.trim_start_matches('\u{feff}').trim();
        if is_deep(text) {
            return Err(DecodeError::NotXml);
        }
        let options = ParsingOptions {
            allow_dtd: false,
            nodes_limit: MAX_NODES,
            ..ParsingOptions::default()
        };
        let document =
            Document::parse_with_options(text, options).map_err(|_| DecodeError::NotXml)?;
        let root = document.root_element();
        let children = root.children().filter(Node::is_element);
        let answer = Element::of(root);
        for name in AMOUNTS {
            if answer
                .get(name)
                .is_some_and(|text| minor_units(text).is_none())
            {
                return Err(DecodeError::Value { name });
            }
        }
        Ok(Self {
            success: answer
                .get("Success")
                .and_then(Success::from_wire)
                .ok_or(DecodeError::Success)?,
            root: answer,
            children: children.map(Element::of).collect(),
            currency,
        })
    }
}

impl Element {
    fn of(node: Node<'_, '_>) -> Self {
        let attributes = node.attributes();
        Self {
            name: node.tag_name().name().to_owned(),
            attributes: attributes
                .map(|attribute| (attribute.name().to_owned(), attribute.value().to_owned()))
                .collect(),
        }
    }
}

/// Whether elements are nested deeper than in any answer, counted without a parser: parsers recurse.
fn is_deep(text: &str) -> bool {
    let mut depth = 0_usize;
    let mut tags = text.split('<').skip(1);
    tags.any(|tag| {
        let is_closing = tag.starts_with('/');
        let opens = !is_closing && !tag.starts_with(['?', '!']);
        let closes_itself = tag
            .split('>')
            .next()
            .is_some_and(|inner| inner.ends_with('/'));
        if is_closing {
            depth = depth.saturating_sub(1);
        } else if opens && !closes_itself {
            depth += 1;
        }
        depth > MAX_DEPTH
    })
}
