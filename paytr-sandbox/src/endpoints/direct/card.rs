//! The card of a payment: typed or stored.

use std::time::SystemTime;

use crate::form::PostedForm;
use crate::payment_request::{Fields, KeepCard, Refused};
use crate::state::{State, StoredCard};
use crate::{TestCard, turkish_time};

/// The card, and whether it is to be stored. A number that is not a test card's is refused and goes
/// nowhere.
pub(super) fn read(
    form: &PostedForm,
    fields: &Fields<'_>,
    state: &State,
    now: SystemTime,
) -> Result<(TestCard, Option<KeepCard>), Refused> {
    match form.get("ctoken").filter(|token| !token.is_empty()) {
        Some(ctoken) => Ok((stored(fields, state, ctoken)?, None)),
        None => typed(fields, now),
    }
}

fn stored(fields: &Fields<'_>, state: &State, ctoken: &str) -> Result<TestCard, Refused> {
    let utoken = fields.required("utoken", 200)?;
    let stored = state
        .cards
        .find(utoken, ctoken)
        .ok_or(Refused::NoSuchCard)?;
    let is_recurring = fields.flag("recurring_payment")?;
    let is_json = fields.flag("sync_mode")?;
    // No buyer is there to type it.
    if asks_for_cvv(stored) && !is_recurring && !is_json {
        check_cvv(fields)?;
    }
    Ok(stored.card)
}

fn asks_for_cvv(stored: &StoredCard) -> bool {
    stored.require_cvv() == "1"
}

fn typed(fields: &Fields<'_>, now: SystemTime) -> Result<(TestCard, Option<KeepCard>), Refused> {
    let holder = fields.required("cc_owner", 50)?;
    let number = fields.required("card_number", 23)?;
    let card = TestCard::from_number(number).ok_or(Refused::Field("card_number"))?;
    let month = two_digits(fields, "expiry_month")?;
    let year = two_digits(fields, "expiry_year")?;
    if !("01"..="12").contains(&month.as_str()) {
        return Err(Refused::Field("expiry_month"));
    }
    // A card is good until the end of its month.
    if format!("20{year}-{month}-99") <= turkish_time::date(now) {
        return Err(Refused::Field("expiry_year"));
    }
    check_cvv(fields)?;
    let keep = fields.flag("store_card")?.then(|| {
        Ok::<_, Refused>(KeepCard {
            utoken: fields.optional("utoken", 200)?.map(str::to_owned),
            holder: holder.to_owned(),
            month,
            year,
        })
    });
    Ok((card, keep.transpose()?))
}

fn two_digits(fields: &Fields<'_>, name: &'static str) -> Result<String, Refused> {
    match fields.number(name)? {
        number @ 0..100 => Ok(format!("{number:02}")),
        _ => Err(Refused::Field(name)),
    }
}

fn check_cvv(fields: &Fields<'_>) -> Result<(), Refused> {
    let cvv = fields.required("cvv", 4)?;
    let fits = cvv == TestCard::CVV;
    fits.then_some(()).ok_or(Refused::Field("cvv"))
}
