//! One posted payment of the Direct API, checked, with its card: typed or stored.

use std::time::{Duration, SystemTime};

use paytr_core::MerchantOid;

use crate::form::PostedForm;
use crate::payment_request::{
    CardDetails, Channel, Design, DirectDetails, Fields, KeepCard, Kind, PaymentRequest, Refused,
    Warning, warn_about_return_urls, warn_about_user_ip,
};
use crate::state::{CardChoice, State, StoredCard};
use crate::token_check::{BKM_EXPRESS, DIRECT};
use crate::{TestCard, amounts, turkish_time};

/// One posted payment, checked.
pub(super) struct DirectRequest {
    pub(super) payment: PaymentRequest,
    /// `None` for BKM Express.
    pub(super) choice: Option<CardChoice>,
    pub(super) authentication: Authentication,
    /// `request_exp_date`.
    pub(super) expires: Option<SystemTime>,
}

/// Whether the bank asks the buyer for a code.
#[derive(Clone, Copy)]
pub(super) enum Authentication {
    ThreeDSecure,
    Non3d,
    /// Forced to fail by `non3d_test_failed`.
    Non3dFailing,
}

const DEFAULT_TIMEOUT_MINUTES: u32 = 30;

impl DirectRequest {
    /// Merchant, fields, token, and then the card.
    pub(super) fn read(form: &PostedForm, state: &State, now: SystemTime) -> Result<Self, Refused> {
        let fields = Fields::of(form);
        let merchant_id = state.credentials.merchant_id();
        if fields.required("merchant_id", 20)? != merchant_id.as_str() {
            return Err(Refused::Inactive);
        }
        let is_bkm = match fields.required("payment_type", 20)? {
            "card" => false,
            "bex" => true,
            _ => return Err(Refused::Field("payment_type")),
        };
        let (mut payment, installments) = payment(form, &fields)?;
        let authentication = if is_bkm {
            Authentication::ThreeDSecure
        } else {
            authentication(&fields, &mut payment.warnings)?
        };
        fields.required("paytr_token", 200)?;
        let formula = if is_bkm { BKM_EXPRESS } else { DIRECT };
        if !formula.accepts(form, &state.credentials) {
            return Err(Refused::DirectToken);
        }
        payment.warnings.extend(form.slips(&formula));
        let choice = if is_bkm {
            payment.channel = Channel::BkmExpress;
            None
        } else {
            let (card, keep) = read_card(form, &fields, state, now, &mut payment.warnings)?;
            payment.channel = Channel::Direct(DirectDetails { keep });
            Some(CardChoice { card, installments })
        };
        Ok(Self {
            payment,
            choice,
            authentication,
            expires: expires(&fields)?,
        })
    }
}

/// What a card and BKM Express have in common. The basket is not looked at: recorded payments with
/// base64 in it succeed.
fn payment(form: &PostedForm, fields: &Fields<'_>) -> Result<(PaymentRequest, u8), Refused> {
    let mut warnings = Vec::new();
    let user_ip = fields.address("user_ip")?;
    warn_about_user_ip(user_ip, &mut warnings);
    let merchant_oid = fields.required("merchant_oid", usize::MAX)?;
    MerchantOid::new(merchant_oid).map_err(|_| Refused::MerchantOid)?;
    fields.email("email")?;
    let amount = amount(
        fields.required("payment_amount", 20)?,
        form.get("payment_type"),
    )?;
    let installments = match fields.or_zero("installment_count", &mut warnings)? {
        0 => 1,
        count @ 2..=12 => u8::try_from(count).map_err(|_| Refused::Field("installment_count"))?,
        _ => return Err(Refused::Field("installment_count")),
    };
    for (name, most) in [("user_name", 60), ("user_address", 400), ("user_phone", 20)] {
        fields.required(name, most)?;
    }
    fields.required("user_basket", usize::MAX)?;
    let is_bkm = form.get("payment_type") == Some("bex");
    let mut return_url = |name| {
        if is_bkm {
            fields.return_url_or_warning(name, &mut warnings)
        } else {
            fields.return_url(name).map(Some)
        }
    };
    let details = CardDetails {
        basket: Vec::new(),
        ok_url: return_url("merchant_ok_url")?,
        fail_url: return_url("merchant_fail_url")?,
        max_installments: amounts::MOST_INSTALLMENTS,
        design: Design::Classic,
    };
    warn_about_return_urls(&details, &mut warnings);
    let payment = PaymentRequest {
        merchant_oid: merchant_oid.to_owned(),
        user_ip: Some(user_ip),
        amount,
        currency: fields.currency("currency")?,
        test_mode: fields.flag("test_mode")?,
        debug_on: fields.flag("debug_on")?,
        timeout_minutes: fields.minutes("timeout_limit", DEFAULT_TIMEOUT_MINUTES)?,
        language: fields.language("client_lang")?,
        warnings,
        kind: Kind::Card(details),
        channel: Channel::Direct(DirectDetails::default()),
    };
    Ok((payment, installments))
}

/// Major units. BKM Express is described both ways: there a number without a dot is in minor units.
fn amount(text: &str, payment_type: Option<&str>) -> Result<u64, Refused> {
    let refused = Refused::Field("payment_amount");
    let amount = if payment_type == Some("bex") && !text.contains('.') {
        text.parse().map_err(|_| refused)?
    } else {
        amounts::parse_major(text).ok_or(refused)?
    };
    match amount {
        0..100 => Err(Refused::TooLittleDirect),
        1_000_000_000_001.. => Err(Refused::Field("payment_amount")),
        amount => Ok(amount),
    }
}

fn authentication(
    fields: &Fields<'_>,
    warnings: &mut Vec<Warning>,
) -> Result<Authentication, Refused> {
    let non_3d = match fields.or_zero("non_3d", warnings)? {
        0 => false,
        1 => true,
        _ => return Err(Refused::Field("non_3d")),
    };
    let is_test = fields.flag("test_mode")?;
    let fails = fields.flag("non3d_test_failed")?;
    // A JSON answer cannot ask the buyer for a 3-D Secure code.
    for name in ["sync_mode", "recurring_payment"] {
        if fields.flag(name)? && !non_3d {
            return Err(Refused::Field("non_3d"));
        }
    }
    Ok(match (non_3d, fails && is_test) {
        (false, _) => Authentication::ThreeDSecure,
        (true, false) => Authentication::Non3d,
        (true, true) => Authentication::Non3dFailing,
    })
}

fn expires(fields: &Fields<'_>) -> Result<Option<SystemTime>, Refused> {
    if fields.optional("request_exp_date", 20)?.is_none() {
        return Ok(None);
    }
    let seconds = Duration::from_secs(fields.number("request_exp_date")?);
    let at = SystemTime::UNIX_EPOCH.checked_add(seconds);
    at.map(Some).ok_or(Refused::Field("request_exp_date"))
}

/// The card, and whether it is to be stored. A number that is not a test card's is refused and goes
/// nowhere.
fn read_card(
    form: &PostedForm,
    fields: &Fields<'_>,
    state: &State,
    now: SystemTime,
    warnings: &mut Vec<Warning>,
) -> Result<(TestCard, Option<KeepCard>), Refused> {
    match form.get("ctoken").filter(|token| !token.is_empty()) {
        Some(ctoken) => Ok((stored(fields, state, ctoken)?, None)),
        None => typed(fields, now, warnings),
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
    // In a recurring or JSON request no buyer is there to type the CVV.
    if asks_for_cvv(stored) && !is_recurring && !is_json {
        check_cvv(fields)?;
    }
    Ok(stored.card)
}

fn asks_for_cvv(stored: &StoredCard) -> bool {
    stored.require_cvv() == "1"
}

fn typed(
    fields: &Fields<'_>,
    now: SystemTime,
    warnings: &mut Vec<Warning>,
) -> Result<(TestCard, Option<KeepCard>), Refused> {
    let holder = fields.required("cc_owner", 50)?;
    let number = fields.required("card_number", 23)?;
    let card = TestCard::from_number(number).ok_or(Refused::Field("card_number"))?;
    let month = two_digits(fields, "expiry_month")?;
    let year = two_digits(fields, "expiry_year")?;
    if !("01"..="12").contains(&month.as_str()) {
        return Err(Refused::Field("expiry_month"));
    }
    // A card is good until the end of its month; a test card has any date.
    if format!("20{year}-{month}-99") <= turkish_time::date(now) {
        warnings.push(Warning::ExpiredCard);
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
