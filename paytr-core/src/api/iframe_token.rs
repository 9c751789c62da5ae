use std::fmt;

use paid_once::Mode;

use crate::api::Answer;
use crate::reply::JsonReply;
use crate::{DecodeError, RawJson};

pub(super) const CARD_PAGE: &str = "/odeme/guvenli/";
pub(super) const EFT_PAGE: &str = "/odeme/api/";

/// The token of one payment page. Whoever has it can open the page, so `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct IframeToken {
    token: String,
    page: &'static str,
    raw: RawJson,
}

impl IframeToken {
    /// The token itself. PayTR documents neither its alphabet nor its life beyond `timeout_limit`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.token
    }

    /// The whole reply. It has the token in it.
    #[must_use]
    pub fn raw(&self) -> &RawJson {
        &self.raw
    }

    /// The address path of the page, from the root of `https://www.paytr.com`; the token is
    /// percent-encoded in it.
    #[must_use]
    pub fn page_path(&self) -> String {
        let token: String = form_urlencoded::byte_serialize(self.token.as_bytes()).collect();
        // In a path a blank is %20; the form encoder writes a real plus sign as %2B.
        format!("{}{}", self.page, token.replace('+', "%20"))
    }
}

impl fmt::Debug for IframeToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IframeToken(..)")
    }
}

/// Reads a reply of get-token: `{"status":"success","token":…}` or `{"status":"failed","reason":…}`.
pub(super) fn decode(body: &[u8], page: &'static str) -> Result<Answer<IframeToken>, DecodeError> {
    let reply = JsonReply::parse(body)?;
    Ok(match reply.status()?.as_str() {
        "success" => Answer::Success(IframeToken {
            token: reply.required("token")?,
            page,
            raw: reply.into_raw(),
        }),
        "failed" | "error" => Answer::Refused(reply.refusal("get-token")),
        _ => return Err(DecodeError::Value { name: "status" }),
    })
}

/// `test_mode` of both variants.
pub(super) fn test_mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Live => "0",
        Mode::Test => "1",
    }
}
