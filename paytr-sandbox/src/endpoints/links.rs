//! Payment links.
//!
//! * `POST /odeme/api/link/create`: makes one.
//! * `POST /odeme/api/link/delete`: closes up to ten.
//! * `POST /odeme/api/link/send-sms` and `/send-email`: sends one to somebody. The sandbox sends nothing:
//!   it remembers that somebody asked for it and when, and not for which recipient.

use std::sync::Arc;
use std::time::SystemTime;

use axum::Json;
use axum::extract::State;
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use qrcode::{Color, QrCode};
use serde_json::{Value, json};
use url::Url;

use super::Route;
use crate::form::PostedForm;
use crate::payment_request::{Fields, LinkCallback};
use crate::shared::Shared;
use crate::state::{Link, LinkKind, LinkMessage, State as Known};
use crate::token_check::{
    COLLECTION_LINK, FLEX_LINK, Formula, LINK_DELETE, LINK_EMAIL, LINK_SMS, PRODUCT_LINK,
};
use crate::{amounts, random, turkish_time};

/// Why a link is refused.
enum Refused {
    Field(&'static str),
    Inactive,
    Token,
}

impl From<crate::payment_request::Refused> for Refused {
    fn from(refused: crate::payment_request::Refused) -> Self {
        match refused {
            crate::payment_request::Refused::Field(name) => Self::Field(name),
            _ => Self::Field("price"),
        }
    }
}

impl Refused {
    /// In PayTR's words, with the name of the service.
    fn into_json(self, service: &str) -> Value {
        match self {
            Self::Field(name) => json!({
                "status": "failed",
                "reason": format!(
                    "Zorunlu alan degeri gecersiz veya gonderilmedi (Link API - {service}): {name}"
                ),
            }),
            Self::Inactive => json!({
                "status": "error",
                "err_msg": "Gecersiz istek veya magaza aktif degil",
            }),
            Self::Token => json!({
                "status": "failed",
                "reason": format!("paytr_token gonderilmedi veya gecersiz (Link API - {service})"),
            }),
        }
    }
}

pub(super) const ROUTES: &[Route] = &[
    ("/odeme/api/link/create", || post(link_create)),
    ("/odeme/api/link/delete", || post(link_delete)),
    ("/odeme/api/link/send-sms", || post(send_sms)),
    ("/odeme/api/link/send-email", || post(send_email)),
];

async fn link_create(State(shared): State<Arc<Shared>>, form: PostedForm) -> Json<Value> {
    let now = shared.clock.now();
    let base = shared.base_url.clone();
    Json(match shared.change(|state| create(state, &form, now)) {
        Ok(id) => reply(&form, &base, &id),
        Err(refused) => refused.into_json("create"),
    })
}

fn reply(form: &PostedForm, base: &str, id: &str) -> Value {
    let link = format!("{base}/link/{id}");
    let mut reply = json!({ "status": "success", "id": id, "link": link });
    if form.get("get_qr") == Some("1")
        && let Some(fields) = reply.as_object_mut()
        && let Some(png) = png_base64(&link)
    {
        fields.insert("qr".to_owned(), png.into());
    }
    reply
}

fn create(state: &mut Known, form: &PostedForm, now: SystemTime) -> Result<String, Refused> {
    let fields = Fields::of(form);
    if fields.required("merchant_id", 20)? != state.credentials.merchant_id().as_str() {
        return Err(Refused::Inactive);
    }
    let (link, formula) = read(&fields, now)?;
    if !formula.accepts(form, &state.credentials) {
        return Err(Refused::Token);
    }
    let id = link.id.clone();
    state.add_link(link);
    Ok(id)
}

fn read(fields: &Fields<'_>, now: SystemTime) -> Result<(Link, &'static Formula), Refused> {
    let name = fields.required("name", 200)?;
    if name.chars().count() < 4 {
        return Err(Refused::Field("name"));
    }
    let price = fields.amount("price")?;
    let (kind, formula) = kind(fields, price)?;
    let link = Link {
        id: random::text(7).map_err(|_| Refused::Inactive)?,
        name: name.to_owned(),
        price,
        currency: fields.currency("currency")?,
        max_installments: max_installments(fields)?,
        interest_free: interest_free(fields)?,
        language: fields.language("lang")?,
        kind,
        expires: expires(fields, now)?,
        callback: callback(fields)?,
        debug_on: fields.flag("debug_on")?,
        created: now,
        deleted: false,
        orders: Vec::new(),
        messages: Vec::new(),
    };
    fields.flag("get_qr")?;
    Ok((link, formula))
}

fn kind(fields: &Fields<'_>, price: u64) -> Result<(LinkKind, &'static Formula), Refused> {
    match fields.required("link_type", 20)? {
        "product" => {
            let min_count = count(fields, "min_count")?.ok_or(Refused::Field("min_count"))?;
            let stock = count(fields, "max_count")?;
            Ok((LinkKind::Product { min_count, stock }, &PRODUCT_LINK))
        }
        "collection" => {
            fields.email("email")?;
            let email = fields.required("email", 100)?.to_owned();
            Ok((LinkKind::Collection { email }, &COLLECTION_LINK))
        }
        "flex" => {
            let max_price = fields.amount("flex_max_price")?;
            if max_price < price {
                return Err(Refused::Field("flex_max_price"));
            }
            let user_name = fields.optional("user_name", 60)?.map(str::to_owned);
            Ok((
                LinkKind::Flex {
                    max_price,
                    user_name,
                },
                &FLEX_LINK,
            ))
        }
        _ => Err(Refused::Field("link_type")),
    }
}

/// Far more than anybody sells at once; a price times this still fits.
const MOST_PIECES: u64 = 1_000_000;

fn count(fields: &Fields<'_>, name: &'static str) -> Result<Option<u64>, Refused> {
    if fields.optional(name, 20)?.is_none() {
        return Ok(None);
    }
    match fields.number(name)? {
        count @ 1..=MOST_PIECES => Ok(Some(count)),
        _ => Err(Refused::Field(name)),
    }
}

/// 0 is not documented for a link; it is taken as the most.
fn max_installments(fields: &Fields<'_>) -> Result<u8, Refused> {
    match fields.number("max_installment")? {
        0 => Ok(amounts::MOST_INSTALLMENTS),
        most @ 1..=12 => u8::try_from(most).map_err(|_| Refused::Field("max_installment")),
        _ => Err(Refused::Field("max_installment")),
    }
}

fn interest_free(fields: &Fields<'_>) -> Result<u8, Refused> {
    if fields.optional("pft", 2)?.is_none() {
        return Ok(1);
    }
    match fields.number("pft")? {
        count @ 2..=12 => u8::try_from(count).map_err(|_| Refused::Field("pft")),
        _ => Err(Refused::Field("pft")),
    }
}

fn expires(fields: &Fields<'_>, now: SystemTime) -> Result<Option<SystemTime>, Refused> {
    let refused = Refused::Field("expiry_date");
    match fields.optional("expiry_date", 19)? {
        None => Ok(None),
        Some(text) => match turkish_time::parse_date_time(text) {
            Some(end) if end > now => Ok(Some(end)),
            _ => Err(refused),
        },
    }
}

/// PayTR refuses an address on this machine and one with a port. Here nothing else can be reached, so
/// both are taken.
fn callback(fields: &Fields<'_>) -> Result<Option<LinkCallback>, Refused> {
    let Some(text) = fields.optional("callback_link", 400)? else {
        return Ok(None);
    };
    let url = Url::parse(text).ok();
    let url = url.filter(|url| matches!(url.scheme(), "http" | "https"));
    let url = url.ok_or(Refused::Field("callback_link"))?;
    let id = fields.required("callback_id", 64)?;
    if !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(Refused::Field("callback_id"));
    }
    Ok(Some(LinkCallback {
        url,
        id: id.to_owned(),
    }))
}

/// Pixels of one module, and modules of white around the code.
const QR_SCALE: usize = 8;
const QR_MARGIN: usize = 4;

/// A PNG of the QR code of a text, as base64. `None` for a text that no code can hold.
fn png_base64(text: &str) -> Option<String> {
    let code = QrCode::new(text).ok()?;
    let width = code.width();
    let side = (width + 2 * QR_MARGIN) * QR_SCALE;
    let modules = code.to_colors();
    let pixel = |row: usize, column: usize| {
        let module = |at: usize| {
            (at / QR_SCALE)
                .checked_sub(QR_MARGIN)
                .filter(|at| *at < width)
        };
        let dark = module(row)
            .zip(module(column))
            .and_then(|(row, column)| modules.get(row * width + column))
            .is_some_and(|color| *color == Color::Dark);
        if dark { 0x00 } else { 0xFF }
    };
    let pixels: Vec<u8> = (0..side)
        .flat_map(|row| (0..side).map(move |column| (row, column)))
        .map(|(row, column)| pixel(row, column))
        .collect();
    let mut image = Vec::new();
    let length = u32::try_from(side).ok()?;
    let mut encoder = png::Encoder::new(&mut image, length, length);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(&pixels).ok()?;
    writer.finish().ok()?;
    Some(STANDARD.encode(image))
}

const MOST_DELETED: usize = 10;

async fn link_delete(State(shared): State<Arc<Shared>>, form: PostedForm) -> Json<Value> {
    Json(
        shared
            .change(|state| delete(state, &form))
            .unwrap_or_else(|refused| refused.into_json("delete")),
    )
}

fn delete(state: &mut Known, form: &PostedForm) -> Result<Value, Refused> {
    let fields = Fields::of(form);
    if fields.required("merchant_id", 20)? != state.credentials.merchant_id().as_str() {
        return Err(Refused::Inactive);
    }
    let ids: Vec<_> = fields.required("id", 1_000)?.split(',').collect();
    if ids.len() > MOST_DELETED {
        return Err(Refused::Field("id"));
    }
    fields.flag("debug_on")?;
    if !LINK_DELETE.accepts(form, &state.credentials) {
        return Err(Refused::Token);
    }
    let (deleted, unknown): (Vec<_>, Vec<_>) = ids.into_iter().partition(|id| close(state, id));
    match (deleted.as_slice(), unknown.as_slice()) {
        ([], [_]) => Ok(json!({ "status": "failed", "reason": "Link bulunamadi" })),
        ([_], []) => Ok(json!({ "status": "success" })),
        _ => Ok(json!({
            "status": "success",
            "success_deletes": deleted,
            "failed_deletes": unknown,
        })),
    }
}

/// Whether there was such an open link.
fn close(state: &mut Known, id: &str) -> bool {
    let Some(link) = state.link_mut(id).filter(|link| !link.deleted) else {
        return false;
    };
    link.deleted = true;
    true
}

async fn send_sms(State(shared): State<Arc<Shared>>, form: PostedForm) -> Json<Value> {
    let now = shared.clock.now();
    let phone = Fields::of(&form).digits("cell_phone", 11);
    let is_mobile = matches!(phone, Ok(Some(phone)) if phone.starts_with("05"));
    let checked = is_mobile
        .then_some(LINK_SMS)
        .ok_or(Refused::Field("cell_phone"));
    let sent = shared.change(|state| send(state, &form, checked, LinkMessage::Sms(now), now));
    Json(sent.unwrap_or_else(|refused| refused.into_json("send-sms")))
}

async fn send_email(State(shared): State<Arc<Shared>>, form: PostedForm) -> Json<Value> {
    let now = shared.clock.now();
    let email = Fields::of(&form).email("email");
    let checked = email.map(|()| LINK_EMAIL).map_err(Refused::from);
    let sent = shared.change(|state| send(state, &form, checked, LinkMessage::Email(now), now));
    Json(sent.unwrap_or_else(|refused| refused.into_json("send-email")))
}

fn send(
    state: &mut Known,
    form: &PostedForm,
    checked: Result<Formula, Refused>,
    message: LinkMessage,
    now: SystemTime,
) -> Result<Value, Refused> {
    let fields = Fields::of(form);
    if fields.required("merchant_id", 20)? != state.credentials.merchant_id().as_str() {
        return Err(Refused::Inactive);
    }
    let id = fields.required("id", 64)?;
    let formula = checked?;
    fields.flag("debug_on")?;
    if !formula.accepts(form, &state.credentials) {
        return Err(Refused::Token);
    }
    if state.open_link(id, now).is_err() {
        return Ok(json!({ "status": "failed", "reason": "Link bulunamadi" }));
    }
    if let Some(link) = state.link_mut(id) {
        link.messages.push(message);
    }
    Ok(json!({ "status": "success" }))
}
