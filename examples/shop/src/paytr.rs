//! Connects the shop to PayTR, or to a sandbox started beside it.

use anyhow::Result;
use paytr_core::{BaseUrl, Credentials, PaytrClient};
use paytr_sandbox::Sandbox;

use crate::PaytrService;

/// The client, and the sandbox if there is one.
pub(crate) struct PaytrConnection {
    pub(crate) client: PaytrClient,
    pub(crate) credentials: Credentials,
    pub(crate) sandbox: Option<Sandbox>,
}

impl PaytrConnection {
    pub(crate) async fn open(service: PaytrService) -> Result<Self> {
        let (credentials, base_url, sandbox) = match service {
            PaytrService::Remote {
                credentials,
                base_url,
            } => (credentials, base_url, None),
            PaytrService::Sandbox => {
                let sandbox = Sandbox::builder().start().await?;
                let base_url = BaseUrl::new(sandbox.base_url())?;
                (sandbox.credentials().clone(), base_url, Some(sandbox))
            }
        };
        let client = PaytrClient::builder(credentials.clone())
            .base_url(base_url)
            .build()?;
        Ok(Self {
            client,
            credentials,
            sandbox,
        })
    }
}
