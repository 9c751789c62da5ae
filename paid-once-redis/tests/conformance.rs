//! `RedisLedger` keeps every rule of the conformance kit, on a real server.

use std::sync::Arc;

use database_servers::shared;
use paid_once::testing::{NodeClock, Subject};
use paid_once::{BoxError, Claimant, OrderLedger as _, Review, ReviewFilter, async_trait};
use paid_once_redis::{KeyPrefix, RedisLedger};

/// A key prefix of its own; every node has its own connection. No node's clock is ever read, so a
/// wrong one is the same.
struct OnServer(KeyPrefix);

impl OnServer {
    async fn ledger(&self) -> Result<RedisLedger, BoxError> {
        let options = RedisLedger::options().prefix(self.0.clone());
        Ok(options.connect(&shared::redis_url()?).await?)
    }
}

#[async_trait]
impl Subject for OnServer {
    type Store = RedisLedger;

    async fn fresh() -> Result<Self, BoxError> {
        Ok(Self(format!("kit:{}", Claimant::unique()).parse()?))
    }

    async fn node(&self, _clock: NodeClock) -> Result<Arc<RedisLedger>, BoxError> {
        Ok(Arc::new(self.ledger().await?))
    }

    async fn reopen(self) -> Result<Self, BoxError> {
        Ok(self)
    }

    async fn reviews(&self) -> Result<Vec<Review>, BoxError> {
        Ok(self
            .ledger()
            .await?
            .reviews(&ReviewFilter::all(), 1_000)
            .await?)
    }
}

mod store {
    paid_once::order_store_tests!(super::OnServer);
}

mod ledger {
    paid_once::order_ledger_tests!(super::OnServer);
}

mod back_office {
    paid_once::back_office_tests!(super::OnServer);
}
