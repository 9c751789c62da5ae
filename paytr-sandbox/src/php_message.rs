//! Messages of PHP in a shop's reply: with `display_errors` on, PHP writes them into the page, before or instead of
//! `OK`.

use std::fmt;

use serde::Serialize;

/// How much of a message is kept.
const MOST_OF_A_TEXT: usize = 300;

/// What stands between the file and the number of the line.
const PLACE: &str = " on line ";

/// A warning or an error that PHP wrote into a shop's reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PhpMessage {
    /// Which kind.
    pub kind: PhpMessageKind,
    /// Its first line without the kind and without HTML, at most 300 characters, such as
    /// `Undefined array key "hash" in /srv/callback.php on line 3`.
    pub text: String,
}

/// `PHP Warning: Undefined array key "hash" in /srv/callback.php on line 3`
impl fmt::Display for PhpMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PHP {}: {}", self.kind, self.text)
    }
}

/// The kinds of messages of PHP, as PHP names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PhpMessageKind {
    /// The script ended there: an exception that nobody caught, a class that is not there.
    FatalError,
    /// The script ended, unless its own error handler took it. PHP before 8 has it.
    RecoverableFatalError,
    /// The file is not PHP, so nothing of it ran.
    ParseError,
    /// The script went on.
    Warning,
    /// The script went on.
    Notice,
    /// The script went on.
    Deprecated,
    /// The script went on. PHP before 8 has it.
    StrictStandards,
}

impl PhpMessageKind {
    const ALL: [Self; 7] = [
        Self::FatalError,
        Self::RecoverableFatalError,
        Self::ParseError,
        Self::Warning,
        Self::Notice,
        Self::Deprecated,
        Self::StrictStandards,
    ];

    /// As PHP writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::FatalError => "Fatal error",
            Self::RecoverableFatalError => "Recoverable fatal error",
            Self::ParseError => "Parse error",
            Self::Warning => "Warning",
            Self::Notice => "Notice",
            Self::Deprecated => "Deprecated",
            Self::StrictStandards => "Strict Standards",
        }
    }

    /// Whether the script ended there, so that it never came to its `OK`.
    #[must_use]
    pub fn ends_the_script(self) -> bool {
        matches!(
            self,
            Self::FatalError | Self::RecoverableFatalError | Self::ParseError
        )
    }
}

/// As PHP writes it.
impl fmt::Display for PhpMessageKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The message that matters most: the first that ended the script, or else the first.
pub(crate) fn find(body: &[u8]) -> Option<PhpMessage> {
    let text = without_html(&String::from_utf8_lossy(body));
    let mut messages: Vec<_> = PhpMessageKind::ALL
        .into_iter()
        .flat_map(|kind| of_kind(&text, kind))
        .collect();
    // They stand in the text one after the other, whatever their kind.
    messages.sort_by_key(|(start, message)| (!message.kind.ends_the_script(), *start));
    messages.into_iter().next().map(|(_, message)| message)
}

/// Every message of a kind, and where it stands.
fn of_kind(text: &str, kind: PhpMessageKind) -> impl Iterator<Item = (usize, PhpMessage)> {
    let mark = format!("{kind}: ");
    let found: Vec<_> = text.match_indices(&mark).map(|(start, _)| start).collect();
    let length = mark.len();
    found.into_iter().filter_map(move |start| {
        let before = text.get(..start)?.chars().next_back();
        let is_its_own_word = before.is_none_or(|letter| !letter.is_alphanumeric());
        let text = first_line(text.get(start + length..)?)?;
        is_its_own_word.then_some((start, PhpMessage { kind, text }))
    })
}

/// The first line of a message of PHP. `None`: it does not say in which file and line, as PHP always does.
fn first_line(rest: &str) -> Option<String> {
    let own = before_the_next(rest).trim_start();
    let end = own.match_indices(PLACE).find_map(|(start, _)| {
        let digits = own.get(start + PLACE.len()..)?;
        let digits = digits.bytes().take_while(u8::is_ascii_digit).count();
        let has_file = own.get(..start)?.contains(" in ");
        (has_file && digits > 0).then_some(start + PLACE.len() + digits)
    })?;
    // An exception that nobody caught has its trace behind the first line.
    let line = own.get(..end)?.lines().next()?;
    Some(line.trim_end().chars().take(MOST_OF_A_TEXT).collect())
}

/// Up to the next message.
fn before_the_next(text: &str) -> &str {
    let next = PhpMessageKind::ALL
        .iter()
        .filter_map(|kind| text.find(&format!("\n{kind}: ")));
    let end = next.min().unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// The text of HTML as a person reads it, as far as PHP and Xdebug write it.
fn without_html(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let (before, tag) = rest.split_at(start);
        text.push_str(before);
        let inner = tag.get(1..).unwrap_or_default();
        let is_tag = inner.starts_with(|letter: char| {
            matches!(letter, '/' | '!') || letter.is_ascii_alphabetic()
        });
        match inner.split_once('>') {
            Some((name, behind)) if is_tag => {
                if breaks_the_line(name) {
                    text.push('\n');
                }
                rest = behind;
            }
            // As in `int < string`.
            _ => {
                text.push('<');
                rest = inner;
            }
        }
    }
    text.push_str(rest);
    for (entity, letter) in [
        ("&nbsp;", " "),
        ("&quot;", "\""),
        ("&#039;", "'"),
        ("&#39;", "'"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ] {
        text = text.replace(entity, letter);
    }
    text
}

fn breaks_the_line(tag: &str) -> bool {
    let name = tag.trim_start_matches('/');
    let end = name.find(|letter: char| !letter.is_ascii_alphanumeric());
    let name = name.get(..end.unwrap_or(name.len())).unwrap_or_default();
    ["br", "tr", "th", "td", "table", "p", "div", "pre"]
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;
    use PhpMessageKind as Kind;

    fn found(body: &str) -> Option<(Kind, String)> {
        find(body.as_bytes()).map(|message| (message.kind, message.text))
    }

    /// What PHP 8.2 and Xdebug 3.2 wrote.
    #[test]
    fn every_way_in_which_php_writes_a_message_is_read() {
        let key = "Undefined array key \"hash\" in /srv/cb.php on line 4";
        for (body, kind, text) in [
            (
                "<br />\n<b>Warning</b>:  Undefined array key \"hash\" in <b>/srv/cb.php</b> on line <b>4</b><br />\nOK",
                Kind::Warning,
                key,
            ),
            (
                "\nWarning: Undefined array key \"hash\" in /srv/cb.php on line 4\nOK",
                Kind::Warning,
                key,
            ),
            (
                "PHP Warning:  Undefined array key \"hash\" in /srv/cb.php on line 4\nOK",
                Kind::Warning,
                key,
            ),
            (
                "OK<br />\n<b>Notice</b>:  my notice in <b>/srv/cb.php</b> on line <b>8</b><br />\n",
                Kind::Notice,
                "my notice in /srv/cb.php on line 8",
            ),
            (
                "\nParse error: Unclosed '(' on line 1 in /srv/bad.php on line 2\n",
                Kind::ParseError,
                "Unclosed '(' on line 1 in /srv/bad.php on line 2",
            ),
            (
                "<br />\n<b>Fatal error</b>:  Uncaught Exception: boom &lt;b&gt;x&lt;/b&gt; in /srv/cb.php:7\nStack trace:\n\
                 #0 {main}\n  thrown in <b>/srv/cb.php</b> on line <b>7</b><br />\n",
                Kind::FatalError,
                "Uncaught Exception: boom <b>x</b> in /srv/cb.php:7",
            ),
            (
                "<br />\n<font size='1'><table class='xdebug-error xe-warning' dir='ltr' border='1'>\n<tr><th \
                 colspan=\"5\"><span style='font-size: x-large;'>( ! )</span> Warning: Undefined variable $x in \
                 /srv/cb.php on line <i>3</i></th></tr>\n<tr><th>Call Stack</th></tr>\n</table></font>\nOK",
                Kind::Warning,
                "Undefined variable $x in /srv/cb.php on line 3",
            ),
            (
                "\nDeprecated: f(): Passing null to parameter #1 of type int < 3 is deprecated in /srv/cb.php on line 5\nOK",
                Kind::Deprecated,
                "f(): Passing null to parameter #1 of type int < 3 is deprecated in /srv/cb.php on line 5",
            ),
        ] {
            assert_eq!(found(body), Some((kind, text.to_owned())), "{body}");
        }
    }

    #[test]
    fn of_several_messages_the_one_that_ended_the_script_is_named() {
        let several = "\nWarning: require(gone.php): Failed to open stream in /srv/cb.php on line 12\n\n\
                       Fatal error: Uncaught Error: Failed opening required 'gone.php' in /srv/cb.php:12\n\
                       Stack trace:\n#0 {main}\n  thrown in /srv/cb.php on line 12\n";
        assert_eq!(found(several).unwrap().0, Kind::FatalError);
        let harmless =
            "\nNotice: first in /a.php on line 1\n\nWarning: second in /a.php on line 2\nOK";
        assert_eq!(found(harmless).unwrap().1, "first in /a.php on line 1");
    }

    #[test]
    fn other_texts_are_no_messages_of_php() {
        for body in [
            "OK",
            "Warning: the basket is empty",
            "Warning: look in the help on line",
            "HeadsWarning: x in /a.php on line 3",
            "Error: x in /a.php on line 3",
            "<b>Warning</b>",
            "",
        ] {
            assert_eq!(found(body), None, "{body}");
        }
        assert_eq!(find(b"\xff<\xfe<b"), None);
    }

    #[test]
    fn a_long_message_is_cut() {
        let body = format!("Warning: {} in /a.php on line 3", "ü".repeat(900));
        assert_eq!(found(&body).unwrap().1.chars().count(), MOST_OF_A_TEXT);
    }
}
