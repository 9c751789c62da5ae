//! `POST /odeme/platform/transfer`: divides a paid order between a seller and the marketplace.

use std::sync::Arc;
use std::time::SystemTime;

use axum::Json;
use axum::extract::State;
use paytr_core::api::Iban;
use serde_json::{Value, json};

use super::answer::{INACTIVE, Refused, answer, is_merchant};
use super::returned_transfers::NOT_A_MARKETPLACE;
use crate::form::PostedForm;
use crate::shared::Shared;
use crate::state::{State as Known, Transfer, TransferRefused, TransferRequest};
use crate::token_check::TRANSFER;
use crate::{StoreKind, amounts, random, turkish_time};

const BAD_TRANS_ID: Refused = Refused::new("003", "Gecersiz trans_id");
const BAD_TOKEN: Refused = Refused::new("004", "paytr_token gonderilmedi veya gecersiz");
const BAD_OID: Refused = Refused::new("005", "Gecersiz merchant_oid");

pub(super) async fn transfer(State(shared): State<Arc<Shared>>, form: PostedForm) -> Json<Value> {
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
    let request = read(form)?;
    if !TRANSFER.accepts(form, &state.credentials) {
        return Err(BAD_TOKEN);
    }
    Ok(state.give_transfer(request, now)?)
}

fn read(form: &PostedForm) -> Result<TransferRequest<'_>, Refused> {
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
