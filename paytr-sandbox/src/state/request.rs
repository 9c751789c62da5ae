//! Requests that were refused, or taken with a warning: kept so that whoever made one can look at it.

use std::time::SystemTime;

use super::State;

/// One such request.
pub(crate) struct KeptRequest {
    /// 1 for the first one.
    pub(crate) id: u64,
    pub(crate) at: SystemTime,
    pub(crate) path: String,
    /// Why it was refused; `None` for one that was taken.
    pub(crate) refused: Option<String>,
    pub(crate) warnings: Vec<String>,
    /// As a urlencoded form, without cards and secrets; empty when it could not be read.
    pub(crate) body: String,
    /// What its token has to cover: names, and the text with `<salt>` for the salt.
    pub(crate) signed: Option<SignedText>,
}

/// What a token covers.
pub(crate) struct SignedText {
    /// The names of the fields, with `+` between them.
    pub(crate) formula: String,
    pub(crate) text: String,
    /// Whether the posted token is the one over this text.
    pub(crate) is_right: bool,
}

/// A long test run does not fill the memory.
const MOST: usize = 100;

impl State {
    /// Keeps a request under the next id, and forgets the oldest beyond a hundred.
    pub(crate) fn keep_request(&mut self, request: KeptRequest) {
        let id = self.requests.back().map_or(1, |newest| newest.id + 1);
        self.requests.push_back(KeptRequest { id, ..request });
        if self.requests.len() > MOST {
            self.requests.pop_front();
        }
    }

    /// Every kept request, oldest first.
    pub(crate) fn requests(&self) -> impl DoubleEndedIterator<Item = &KeptRequest> {
        self.requests.iter()
    }
}
