//! JSON, and requests that are printed as JSON instead of sent.

use std::io::{self, Write as _};

use paytr_core::api::{Endpoint, Form};
use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};

use crate::exit::{Exit, Failure};
use crate::settings::Settings;

/// Writes a value as indented JSON.
pub(crate) fn print_json(value: &impl Serialize) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, value).map_err(|error| match error.io_error_kind() {
        Some(kind) => io::Error::from(kind).into(),
        None => Failure::new(Exit::Local, "the output has no JSON form"),
    })?;
    out.write_all(b"\n")?;
    Ok(out.flush()?)
}

/// Writes PayTR's answer as it came, without a byte order mark and blanks around it.
pub(crate) fn print_json_bytes(body: &[u8]) -> Result<(), Failure> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let mut out = io::stdout().lock();
    out.write_all(body.trim_ascii())?;
    out.write_all(b"\n")?;
    Ok(out.flush()?)
}

/// A request as it would be sent. It has its token in it, and is as secret as the request.
#[derive(Serialize)]
struct DryRun<'a> {
    method: &'static str,
    url: &'a str,
    form: Fields<'a>,
}

/// The fields of a form as a JSON object, in the order they are posted.
pub(crate) struct Fields<'a>(pub(crate) &'a Form);

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in self.0.iter() {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// Prints a request instead of sending it.
pub(crate) fn print_dry_run<R: Endpoint>(request: &R, settings: &Settings) -> Result<(), Failure> {
    let form = request.form(&settings.credentials);
    let form = form.map_err(|error| Failure::invalid_input(&error))?;
    print_request(&format!("{}{}", settings.base_url, R::PATH), &form)
}

/// Prints a form and where it goes.
pub(crate) fn print_request(url: &str, form: &Form) -> Result<(), Failure> {
    print_json(&DryRun {
        method: "POST",
        url,
        form: Fields(form),
    })
}
