//! The shop, the relay and the app behind it.

use std::future::pending;
use std::net::SocketAddr;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use bench::notifications::{KEY, SALT, credentials, order_id};
use paid_once_sqlx::SqliteLedger;
use paytr_axum::{PaytrCallbackLayer, VerifiedCallback};
use paytr_core::{
    CallbackGate, Currency, Expected, MerchantOid, Money, NewOrder, OrderLedger as _,
};
use paytr_relay::{Relay, Settings};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

pub(crate) const AXUM_PATH: &str = "/paytr/callback";
pub(crate) const RELAY_PATH: &str = "/callback";

/// Opened at the same time: they share commits.
const TOGETHER: usize = 64;

/// Opens numbered orders of 34.56 lira.
pub(crate) async fn open_orders(database: &Path, numbers: Range<usize>) -> Result<()> {
    let ledger = SqliteLedger::connect(database).await?;
    let credentials = credentials()?;
    let price = Expected::AtLeast(Money::new(3_456, Currency::TRY));
    let mut opening = JoinSet::new();
    for number in numbers {
        let order = MerchantOid::new(&order_id(number))?.order_key(credentials.merchant_id());
        let ledger = ledger.clone();
        opening.spawn(async move { ledger.open(NewOrder::new(order, price)).await });
        if opening.len() == TOGETHER {
            for opened in std::mem::take(&mut opening).join_all().await {
                let _ = opened?;
            }
        }
    }
    for opened in opening.join_all().await {
        let _ = opened?;
    }
    ledger.close().await;
    Ok(())
}

/// Writes the relay's configuration into a folder.
pub(crate) fn configure_relay(folder: &Path, app: SocketAddr) -> Result<PathBuf> {
    let secret = |name: &str, value: &str| -> Result<String> {
        let path = folder.join(name);
        std::fs::write(&path, value)?;
        Ok(format!("{{ file = \"{}\" }}", path.display()))
    };
    let key = secret("key", KEY)?;
    let salt = secret("salt", SALT)?;
    let signs = secret("secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
    let database = secret(
        "database",
        &format!("sqlite:{}", folder.join("relay.db").display()),
    )?;
    let text = format!(
        "public_url = \"https://pay.example\"\n\
         database = {database}\n\
         [[merchant]]\n\
         name = \"acme\"\n\
         merchant_id = \"{}\"\n\
         merchant_key = {key}\n\
         merchant_salt = {salt}\n\
         app = {{ url = \"http://{app}/paid\", secrets = [{signs}] }}\n",
        credentials()?.merchant_id()
    );
    let path = folder.join("paytr-relay.toml");
    std::fs::write(&path, text)?;
    Ok(path)
}

/// Listens, and prints where.
async fn listen() -> Result<TcpListener> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    Ok(listener)
}

/// Takes every message.
pub(crate) async fn app() -> Result<()> {
    let app = Router::new().route("/paid", post(async |_: String| StatusCode::NO_CONTENT));
    Ok(axum::serve(listen().await?, app).await?)
}

/// A shop that handles its payments itself.
pub(crate) async fn axum(database: &Path) -> Result<()> {
    let ledger = Arc::new(SqliteLedger::connect(database).await?);
    let gate = CallbackGate::with_ledger(credentials()?, ledger);
    let paid = async |payment: VerifiedCallback| {
        std::hint::black_box(payment.merchant_oid());
    };
    let layer = PaytrCallbackLayer::new(gate);
    let app = Router::new().route(AXUM_PATH, post(paid).layer(layer));
    Ok(axum::serve(listen().await?, app).await?)
}

pub(crate) async fn relay(configuration: &Path) -> Result<()> {
    let relay = Relay::open(&Settings::read(configuration)?).await?;
    relay.serve_on(listen().await?, pending()).await;
    Ok(())
}
