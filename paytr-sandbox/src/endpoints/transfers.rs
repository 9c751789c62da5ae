//! Transfers of a marketplace.
//!
//! * `POST /odeme/platform/transfer`: divides a paid order between a seller and the marketplace.
//! * `POST /odeme/geri-donen-transfer`: transfers that a seller's bank sent back.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::Json;
use axum::extract::State;
use axum::routing::post;
use paytr_core::api::Iban;
use serde_json::{Value, json};

use super::Route;
use super::answer::{INACTIVE, Refused, answer, is_merchant};
use super::reports;
use crate::form::PostedForm;
use crate::shared::Shared;
use crate::state::{State as Known, Transfer, TransferRefused, TransferRequest, TransferState};
use crate::token_check::TRANSFER;
use crate::{StoreKind, amounts, random, turkish_time};

const BAD_TRANS_ID: Refused = Refused::new("003", "Gecersiz trans_id");
const BAD_TOKEN: Refused = Refused::new("004", "paytr_token gonderilmedi veya gecersiz");
const BAD_OID: Refused = Refused::new("005", "Gecersiz merchant_oid");

pub(super) const ROUTES: &[Route] = &[
    ("/odeme/platform/transfer", || post(transfer)),
    ("/odeme/geri-donen-transfer", || post(returned_transfers)),
];

async fn transfer(State(shared): State<Arc<Shared>>, form: PostedForm) -> Json<Value> {
    let now = shared.clock.now();
    let given = shared.change(|state| give(state, &form, now));
    answer(given.map(|transfer| {
        shared.make_transfers_in_time(transfer.due);
        json!({
            "status": "success",
            "merchant_amount": amounts::major(transfer.own_amount()),
            "submerchant_amount": amounts::major(transfer.seller_amount),
            "trans_id": transfer.trans_id,
            "reference": transfer.reference,
        })
    }))
}

fn give(state: &mut Known, form: &PostedForm, now: SystemTime) -> Result<Transfer, Refused> {
    if !is_merchant(form, state) {
        return Err(INACTIVE);
    }
    if state.store_kind != StoreKind::Marketplace {
        return Err(NOT_A_MARKETPLACE);
    }
    let request = read_transfer(form)?;
    if !TRANSFER.accepts(form, &state.credentials) {
        return Err(BAD_TOKEN);
    }
    Ok(state.give_transfer(request, now)?)
}

fn read_transfer(form: &PostedForm) -> Result<TransferRequest<'_>, Refused> {
    let (trans_id, merchant_oid) = (form.signed("trans_id"), form.signed("merchant_oid"));
    if trans_id.is_empty() || trans_id.len() > 60 {
        return Err(BAD_TRANS_ID);
    }
    if !trans_id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        let text = "trans_id alfanumerik olmalidir, ozel karakter iceremez";
        return Err(Refused::new("096", text));
    }
    if merchant_oid.is_empty() {
        return Err(BAD_OID);
    }
    let seller_amount = form
        .signed("submerchant_amount")
        .parse()
        .map_err(|_| Refused::new("095", "submerchant_amount sifirdan kucuk olamaz."))?;
    let total = form.signed("total_amount").parse().ok();
    let total = total.filter(|total| *total > 0).ok_or(Refused::new(
        "099",
        "total_amount sifirdan buyuk ve sayisal olmalidir",
    ))?;
    let receiver = form.signed("transfer_name");
    check_name(receiver)?;
    let iban = form.signed("transfer_iban");
    check_iban(iban)?;
    Ok(TransferRequest {
        merchant_oid,
        trans_id,
        seller_amount,
        total,
        receiver,
        iban,
        reference: random::text(12).unwrap_or_default(),
    })
}

fn check_name(name: &str) -> Result<(), Refused> {
    if name.trim().is_empty() {
        return Err(Refused::new(
            "098",
            "transfer_name zorunludur, lutfen kontrol edin",
        ));
    }
    let mut parts = name.split_whitespace();
    if parts.clone().count() < 2 {
        return Err(Refused::new(
            "100",
            "transfer_name icerisinde ad ve soyad arasinda bosluk olmalidir",
        ));
    }
    if parts.any(|part| part.chars().count() < 2) {
        return Err(Refused::new(
            "101",
            "transfer_name icerisinde ad ve soyad en az 2 karakter olmalidir",
        ));
    }
    Ok(())
}

fn check_iban(iban: &str) -> Result<(), Refused> {
    if iban.is_empty() {
        return Err(Refused::new(
            "097",
            "transfer_iban zorunludur, lutfen kontrol edin",
        ));
    }
    let digits = iban.strip_prefix("TR").unwrap_or_default();
    if digits.len() != 24 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Refused::new(
            "092",
            "transfer_iban TR ile baslamalidir, bosluk veya '-' icermemeli ve 26 hane olmalidir, lutfen kontrol edin.",
        ));
    }
    Iban::new(iban).map(|_| ()).map_err(|_| {
        Refused::new(
            "091",
            "transfer_iban degeri IBAN dogrulamasindan gecemedi, lutfen kontrol edin.",
        )
    })
}

impl From<TransferRefused> for Refused {
    fn from(refused: TransferRefused) -> Self {
        match refused {
            TransferRefused::NoSuccessfulPayment => {
                Self::new("006", "merchant_oid ile basarili odeme bulunamadi")
            }
            TransferRefused::NotAcknowledged => Self::new(
                "007",
                "merchant_oid bulundu ancak odeme henuz siteye bildirilmemis",
            ),
            TransferRefused::BeforeValueDate(day) => Self::with_text(
                "008",
                format!(
                    "valor tarihi gecmeden transfer yapilamaz, {} sonrasi tekrar deneyin",
                    turkish_time::dotted_date(day)
                ),
            ),
            TransferRefused::TransIdUsed => Self::new(
                "009",
                "trans_id benzersiz olmalidir, bu trans_id daha once kullanilmis.",
            ),
            TransferRefused::MoreThanRemaining => Self::new(
                "010",
                "toplam transfer tutari, kalan tutardan fazla olamaz.",
            ),
            TransferRefused::CommissionNotCovered => {
                Self::new("012", "platform komisyonu sifirdan az olamaz")
            }
        }
    }
}

const MOST_OF_RETURNED: Duration = Duration::from_secs(31 * 86_400);

pub(super) const NOT_A_MARKETPLACE: Refused = Refused::new("002", "Bu servis icin yetkiniz yok");
const BAD_TOKEN_OF_REPORTS: &str = "003";

async fn returned_transfers(State(shared): State<Arc<Shared>>, form: PostedForm) -> Json<Value> {
    answer(shared.read(|state| list_returned(state, &form)))
}

fn list_returned(state: &Known, form: &PostedForm) -> Result<Value, Refused> {
    if is_merchant(form, state) && state.store_kind != StoreKind::Marketplace {
        return Err(NOT_A_MARKETPLACE);
    }
    // The transfer services have their own number for a wrong token.
    let (start, end) = reports::moments(form, state, MOST_OF_RETURNED)
        .map_err(|refused| refused.with_code(BAD_TOKEN_OF_REPORTS, "004"))?;
    if form.get("dummy") == Some("1") {
        return Ok(reports::rows([invented_return(start)]));
    }
    let end = end + Duration::from_secs(1);
    let transfers = state.transfers().iter();
    let rows = transfers.filter_map(|transfer| match transfer.state {
        TransferState::Returned(at) if (start..end).contains(&at) => {
            Some(returned_row(transfer, at))
        }
        _ => None,
    });
    Ok(reports::rows(rows))
}

fn returned_row(transfer: &Transfer, returned: SystemTime) -> Value {
    json!({
        "ref_no": transfer.reference,
        "date_detected": turkish_time::date(returned),
        "date_reimbursed": turkish_time::date(returned),
        "transfer_name": transfer.receiver,
        "transfer_iban": transfer.iban,
        "transfer_amount": amounts::major(transfer.seller_amount),
        "transfer_currency": transfer.currency,
        "transfer_date": turkish_time::date(transfer.due),
    })
}

/// What `dummy=1` gives: a row that no transfer stands behind.
fn invented_return(at: SystemTime) -> Value {
    json!({
        "ref_no": "DUMMY1",
        "date_detected": turkish_time::date(at),
        "date_reimbursed": turkish_time::date(at),
        "transfer_name": "XYZ LTD STI",
        "transfer_iban": "TR330006100519786457841326",
        "transfer_amount": "35.18",
        "transfer_currency": "TL",
        "transfer_date": turkish_time::date(at),
    })
}
