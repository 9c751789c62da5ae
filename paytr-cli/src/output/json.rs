use std::io::{self, Write as _};

use serde::Serialize;

use crate::exit::{Exit, Failure};

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
