//! One request of the check, also one that no client would send: with a wrong token, or a field that PayTR refuses.

use std::fmt::Write as _;

use paytr_core::Credentials;
use paytr_core::api::Endpoint;
use paytr_core::credentials::SignedPart;

use crate::exit::Failure;

/// No key gives it: 32 bytes of zero, as Base64.
const WRONG_TOKEN: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

/// Between the parts of a multipart form. It is in no value.
const BOUNDARY: &str = "paytr-live-check-boundary";

/// How the fields are posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    UrlEncoded,
    Multipart,
    /// A GET request without fields.
    Get,
}

/// What is sent, and nothing else.
pub(super) struct Request {
    pub(super) path: String,
    pub(super) encoding: Encoding,
    pub(super) fields: Vec<(&'static str, String)>,
    signed: &'static [&'static str],
}

impl Request {
    /// A POST of no fields, whose token is to cover what that of `R` covers.
    pub(super) fn to<R: Endpoint>() -> Self {
        Self {
            path: R::PATH.to_owned(),
            encoding: Encoding::UrlEncoded,
            fields: Vec::new(),
            signed: R::SIGNED,
        }
    }

    /// The fields of a right request, without its token.
    pub(super) fn of<R: Endpoint>(request: &R, credentials: &Credentials) -> Result<Self, Failure> {
        let form = request.form(credentials);
        let form = form.map_err(|error| Failure::invalid_input(&error))?;
        let fields = form.iter().filter(|(name, _)| *name != "paytr_token");
        let fields = fields.map(|(name, value)| (name, value.to_owned()));
        Ok(Self {
            fields: fields.collect(),
            ..Self::to::<R>()
        })
    }

    /// A page or a path that is asked for by GET.
    pub(super) fn get(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            encoding: Encoding::Get,
            fields: Vec::new(),
            signed: &[],
        }
    }

    pub(super) fn at(mut self, path: &str) -> Self {
        path.clone_into(&mut self.path);
        self
    }

    pub(super) fn into_multipart(mut self) -> Self {
        self.encoding = Encoding::Multipart;
        self
    }

    /// Adds a field, also a second one of a name.
    pub(super) fn add(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.fields.push((name, value.into()));
        self
    }

    pub(super) fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(known, _)| *known != name);
        self
    }

    /// Replaces a field where it stands, or adds it.
    pub(super) fn set(mut self, name: &'static str, value: impl Into<String>) -> Self {
        match self.fields.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value.into(),
            None => self.fields.push((name, value.into())),
        }
        self
    }

    /// The token over what the endpoint signs; of a field that is there twice, the last counts.
    pub(super) fn sign(self, credentials: &Credentials) -> Self {
        let signed = self.signed;
        self.sign_in_order(credentials, signed)
    }

    pub(super) fn sign_in_order(self, credentials: &Credentials, names: &[&str]) -> Self {
        let value = |wanted: &str| {
            let mut all = self.fields.iter().rev();
            let found = all.find(|(name, _)| *name == wanted);
            found.map_or(&[][..], |(_, value)| value.as_bytes())
        };
        let values = names.iter().map(|name| SignedPart::Field(value(name)));
        let message: Vec<_> = values.chain([SignedPart::Salt]).collect();
        let token = credentials.sign(&message).to_base64();
        self.add("paytr_token", token)
    }

    pub(super) fn sign_wrongly(self) -> Self {
        self.add("paytr_token", WRONG_TOKEN)
    }

    pub(super) fn method(&self) -> &'static str {
        match self.encoding {
            Encoding::Get => "GET",
            Encoding::UrlEncoded | Encoding::Multipart => "POST",
        }
    }

    pub(super) fn token(&self) -> Option<&str> {
        let mut fields = self.fields.iter();
        let token = fields.find(|(name, _)| *name == "paytr_token");
        token.map(|(_, value)| value.as_str())
    }

    /// The content type and the body.
    pub(super) fn body(&self) -> Option<(String, String)> {
        match self.encoding {
            Encoding::Get => None,
            Encoding::UrlEncoded => {
                let mut body = form_urlencoded::Serializer::new(String::new());
                body.extend_pairs(&self.fields);
                let content_type = "application/x-www-form-urlencoded";
                Some((content_type.to_owned(), body.finish()))
            }
            Encoding::Multipart => {
                let mut body = String::new();
                for (name, value) in &self.fields {
                    let head = format!("Content-Disposition: form-data; name=\"{name}\"");
                    // Writing to a string cannot fail.
                    let _ = write!(body, "--{BOUNDARY}\r\n{head}\r\n\r\n{value}\r\n");
                }
                let _ = write!(body, "--{BOUNDARY}--\r\n");
                Some((format!("multipart/form-data; boundary={BOUNDARY}"), body))
            }
        }
    }
}
