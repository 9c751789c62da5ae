//! 3-D Secure: the cardholder proves to the bank who they are.
//!
//! ```text
//! shop                       browser                    bank (ACS)
//!   │  Pay → Success="3DS"      │                           │
//!   │  ACSUrl, PaReq, ThreeDSKey│                           │
//!   ├── form: TermUrl, MD, PaReq┼──────── POST ────────────▶│
//!   │                           │◀─────── asks, checks ─────┤
//!   │◀─ TermUrl: MD, PaRes ─────┼──────── POST ─────────────┤
//!   │  api:   Pay3DS / Block3DS with OrderId + PaRes
//!   │  vwapi: PaySubmit3DS / AddSubmit3DS with MD + PaRes
//! ```
//!
//! Both ways to finish are here. `api` has no `MD` in its last step, so the shop stores which order a
//! [`ThreeDsKey`] belongs to when it gets the [`Challenge`], and uses it once. On
//! Payture's own pages all of this happens at Payture.
//!
//! Version 2 begins with `PreAuth`, whose fields Payture describes only in guides that it sends to
//! merchants: see [`Open`](crate::commands::Open). A challenge of version 2 then looks like this one.

use std::fmt;

use url::Url;

use crate::Form;
use crate::answer::Answer;
use crate::commands::InvalidRequest;
use crate::environment::is_loopback;
use crate::settlement::{HintError, fields_of};
use crate::values::{PaRes, ThreeDsKey};

/// The cardholder must prove who they are: send the browser to the bank.
///
/// `Debug` shows neither the request nor the key.
#[derive(Clone)]
pub struct Challenge {
    acs_url: String,
    pa_req: String,
    key: ThreeDsKey,
    answer: Answer,
}

impl Challenge {
    pub(crate) fn new(acs_url: &str, pa_req: &str, key: ThreeDsKey, answer: Answer) -> Self {
        Self {
            acs_url: acs_url.to_owned(),
            pa_req: pa_req.to_owned(),
            key,
            answer,
        }
    }

    /// The bank's page, as Payture gave it. Not checked; [`form`](Self::form) does that.
    #[must_use]
    pub fn acs_url(&self) -> &str {
        &self.acs_url
    }

    /// Names this attempt. Store it with the order before the browser leaves; the bank brings it back.
    #[must_use]
    pub fn key(&self) -> &ThreeDsKey {
        &self.key
    }

    /// The whole answer, with the mask and the id of a card that is being added.
    #[must_use]
    pub fn answer(&self) -> &Answer {
        &self.answer
    }

    /// The form that the browser posts to the bank. `term_url` is the shop's page that the bank sends
    /// it back to.
    ///
    /// # Errors
    ///
    /// [`ChallengeError`] unless the bank's page is https (http on loopback, for a stand-in).
    pub fn form(&self, term_url: &str) -> Result<AcsForm, ChallengeError> {
        let url = Url::parse(&self.acs_url).map_err(|_| ChallengeError::AcsUrl)?;
        let trusted = match url.scheme() {
            "https" => url.has_host(),
            "http" => is_loopback(&url),
            _ => false,
        };
        let term = Url::parse(term_url).map_err(|_| ChallengeError::TermUrl)?;
        if !matches!(term.scheme(), "http" | "https") {
            return Err(ChallengeError::TermUrl);
        }
        if !trusted {
            return Err(ChallengeError::AcsUrl);
        }
        let form = Form::new()
            .field("TermUrl", term_url)
            .field("MD", self.key.expose())
            .field("PaReq", &*self.pa_req)
            .checked()
            .map_err(|_| ChallengeError::TermUrl)?;
        Ok(AcsForm {
            action: self.acs_url.clone(),
            form,
        })
    }
}

impl fmt::Debug for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Challenge").finish_non_exhaustive()
    }
}

/// The form to the bank: `TermUrl`, `MD` and `PaReq`. `Debug` shows the names only.
#[derive(Debug, Clone)]
pub struct AcsForm {
    action: String,
    form: Form,
}

impl AcsForm {
    /// Where the browser posts it.
    #[must_use]
    pub fn action(&self) -> &str {
        &self.action
    }

    /// The three fields.
    #[must_use]
    pub fn form(&self) -> &Form {
        &self.form
    }

    /// An HTML form with everything escaped and one button. A page that wants no click adds a script
    /// that submits the form `acs`.
    #[must_use]
    pub fn to_html(&self, button: &str) -> String {
        let mut html = format!(
            "<form id=\"acs\" method=\"post\" action=\"{}\">\n",
            escape(&self.action)
        );
        for (name, value) in self.form.iter() {
            html.push_str("<input type=\"hidden\" name=\"");
            html.push_str(name);
            html.push_str("\" value=\"");
            html.push_str(&escape(value));
            html.push_str("\">\n");
        }
        html.push_str("<button>");
        html.push_str(&escape(button));
        html.push_str("</button>\n</form>\n");
        html
    }
}

/// Makes a text safe inside HTML, in text and in quoted attributes.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Why a form to the bank is not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChallengeError {
    /// A card number would be confirmed in clear or nowhere.
    #[error("the address of the bank's page is not https: do not send the browser there")]
    AcsUrl,
    /// Not an absolute web address.
    #[error("the address that the bank sends the browser back to is absolute, http or https")]
    TermUrl,
}

/// What the browser posted to the shop's `TermUrl`: the bank's word, still to be checked by Payture.
///
/// It may be forged or replayed. Find the order by the key in your own records, use that record once,
/// and let Payture decide.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ThreeDsReturn {
    /// Which attempt: the key of a [`Challenge`].
    pub key: ThreeDsKey,
    /// The bank's word.
    pub pa_res: PaRes,
}

impl ThreeDsReturn {
    /// Reads the posted form: `MD` and `PaRes`, each once.
    ///
    /// # Errors
    ///
    /// [`HintError`] when a field is missing, comes twice, or cannot be one.
    pub fn parse(body: &[u8]) -> Result<Self, HintError> {
        let fields = fields_of(body)?;
        let field = |name| {
            let mut values = fields.iter().filter(|(known, _)| known == name);
            values
                .next()
                .map(|(_, value)| value.clone())
                .ok_or(HintError::Missing { name })
        };
        let unusable = |name| move |_: InvalidRequest| HintError::Value { name };
        Ok(Self {
            key: ThreeDsKey::new(field("MD")?).map_err(unusable("MD"))?,
            // A line of base64 may arrive wrapped.
            pa_res: PaRes::new(field("PaRes")?.replace(['\r', '\n'], ""))
                .map_err(unusable("PaRes"))?,
        })
    }
}
