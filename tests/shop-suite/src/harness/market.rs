use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use paytr_core::Credentials;
use paytr_core::testing::PaymentNotification;
use paytr_sandbox::{OrderSnapshot, Sandbox, SandboxBuilder};
use tempfile::TempDir;
use tokio::net::TcpStream;

use super::database::OpenDatabase;
use super::{Program, Purchase, Shop, eventually};

pub(crate) const MERCHANT_ID: &str = "000042";
pub(crate) const KEY: &str = "cAnArY7kEy4fOrSuItE2";
pub(crate) const SALT: &str = "sAlTy8CaNaRy6fOrSuItE";

/// A PayTR with a merchant whose key the test knows, and a place for the shop's files.
///
/// The sandbox opens payment pages; the test itself forges the notifications, unless it gives the
/// sandbox the shop's address.
pub(crate) struct Market {
    program: Program,
    sandbox: Sandbox,
    credentials: Credentials,
    directory: TempDir,
    database: OpenDatabase,
}

impl Market {
    pub(crate) async fn open(program: Program) -> Result<Self> {
        Self::open_with(program, Sandbox::builder()).await
    }

    /// A market with a sandbox of these settings.
    pub(crate) async fn open_with(program: Program, sandbox: SandboxBuilder) -> Result<Self> {
        let directory = tempfile::tempdir()?;
        let database = program.database().open(directory.path()).await?;
        Self::with(program, database, directory, sandbox).await
    }

    /// A market whose shops keep their orders in this database.
    pub(crate) async fn on(program: Program, database: OpenDatabase) -> Result<Self> {
        Self::with(program, database, tempfile::tempdir()?, Sandbox::builder()).await
    }

    async fn with(
        program: Program,
        database: OpenDatabase,
        directory: TempDir,
        sandbox: SandboxBuilder,
    ) -> Result<Self> {
        let credentials = Credentials::new(MERCHANT_ID, KEY, SALT)?;
        let sandbox = sandbox.credentials(credentials.clone()).start().await?;
        let program = program
            .directory(directory.path())
            .set("PAYTR_MERCHANT_ID", MERCHANT_ID)
            .set("PAYTR_MERCHANT_KEY", KEY)
            .set("PAYTR_MERCHANT_SALT", SALT)
            .set("PAYTR_BASE_URL", sandbox.base_url())
            .set("DATABASE_URL", &database.url);
        Ok(Self {
            program,
            sandbox,
            credentials,
            directory,
            database,
        })
    }

    /// A market, a shop in it, and the id of an open order of one pen.
    pub(crate) async fn with_order(program: Program) -> Result<(Self, Shop, String)> {
        let market = Self::open(program).await?;
        let shop = market.shop().start().await?;
        let oid = shop.open_order().await?;
        Ok((market, shop, oid))
    }

    /// The shop's program with this merchant and this database: every shop started from it is the same
    /// shop again.
    pub(crate) fn shop(&self) -> Program {
        self.program.clone()
    }

    /// Where the shops keep their orders.
    pub(crate) fn database_url(&self) -> &str {
        &self.database.url
    }

    pub(crate) fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    pub(crate) fn directory(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// What the shop asked PayTR for.
    pub(crate) fn asked_for(&self, merchant_oid: &str) -> Result<OrderSnapshot> {
        let order = self.sandbox.order(merchant_oid);
        order.with_context(|| format!("PayTR was never asked for {merchant_oid}"))
    }

    /// The notification that a pen is paid.
    pub(crate) fn paid(&self, merchant_oid: &str) -> String {
        self.paid_total(merchant_oid, Purchase::PEN_PRICE)
    }

    pub(crate) fn paid_total(&self, merchant_oid: &str, total: u64) -> String {
        self.sign(PaymentNotification::success(merchant_oid, total).field("currency", "TL"))
    }

    /// The notification that a payment failed.
    pub(crate) fn failed(&self, merchant_oid: &str) -> String {
        self.sign(PaymentNotification::failed(merchant_oid, "6"))
    }

    /// A delivery of a new order's notification, unanswered, that holds the claim: the handler must be slow.
    pub(crate) async fn delivery_in_handler(&self, shop: &Shop) -> Result<(String, TcpStream)> {
        eventually("a delivery holds the claim", async || {
            let oid = shop.open_order().await?;
            let stream = shop.send(&self.paid(&oid)).await?;
            // A second delivery tells, unless it has overtaken the first one: then another order.
            let second = shop.notify(&self.paid(&oid)).await?;
            Ok(second.is_in_progress().then_some((oid, stream)))
        })
        .await
    }

    pub(crate) fn sign(&self, notification: PaymentNotification) -> String {
        notification.sign(&self.credentials).to_body()
    }
}
