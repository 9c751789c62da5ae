use paytr_core::api::{BrowserPayment, CardInput, DirectForm, InvalidRequest};
use serde::Serialize;

use crate::cli::{DirectFormArgs, DirectRequest};
use crate::exit::Failure;
use crate::output::{Fields, print, print_json, print_request};
use crate::session::Session;
use crate::settings::Settings;

/// The form as JSON, for a page that is made elsewhere.
#[derive(Serialize)]
struct FormForPage<'a> {
    action: &'a str,
    hidden_fields: Fields<'a>,
    card_inputs: Vec<&'static str>,
}

/// Sends nothing: the buyer's browser does.
pub(super) fn run(args: DirectFormArgs) -> Result<(), Failure> {
    let (how, language) = (args.send, args.html_lang.language());
    let request = args.request()?;
    let session = Session::open(Settings::read()?)?;
    let form = match &request {
        DirectRequest::NewCard(payment) => form(&session, payment),
        DirectRequest::StoredCard(payment) => form(&session, payment),
        DirectRequest::BkmExpress(payment) => form(&session, payment),
    };
    let form = form.map_err(|error| Failure::invalid_input(&error))?;
    if how.dry_run {
        return print_request(form.action(), form.hidden_fields());
    }
    if how.json {
        return print_json(&FormForPage {
            action: form.action(),
            hidden_fields: Fields(form.hidden_fields()),
            card_inputs: form
                .card_inputs()
                .iter()
                .map(|input| CardInput::name(*input))
                .collect(),
        });
    }
    print(&form.to_html(language))
}

fn form<P: BrowserPayment>(session: &Session, payment: &P) -> Result<DirectForm, InvalidRequest> {
    session.client().direct_form(payment)
}
