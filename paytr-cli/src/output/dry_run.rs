use paytr_core::Form;
use paytr_core::api::Endpoint;
use serde::ser::{Serialize, SerializeMap as _, Serializer};

use super::print_json;
use crate::exit::Failure;
use crate::settings::Settings;

/// A request as it would be sent. It has its token in it, and is as secret as the request.
#[derive(serde::Serialize)]
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
