//! `RedisLedger` keeps every rule of the conformance kit, on a real server, as a user with the documented rights, and
//! in a real cluster.

use std::sync::Arc;

use database_servers::shared;
use paid_once::testing::{NodeClock, Subject};
use paid_once::{BoxError, Claimant, OrderLedger as _, Review, ReviewFilter, async_trait};
use paid_once_redis::redis::{self, Client};
use paid_once_redis::{KeyPrefix, RedisLedger};

/// Where the ledgers of a subject are.
trait Place: Send + Sync + 'static {
    fn url() -> impl Future<Output = Result<String, BoxError>> + Send;
}

/// A server, as its default user, who may do everything.
struct Server;

impl Place for Server {
    async fn url() -> Result<String, BoxError> {
        Ok(shared::redis_url()?)
    }
}

/// The same server, as a user who may do what the crate docs name, and nothing else.
struct ServerAsUser;

impl Place for ServerAsUser {
    async fn url() -> Result<String, BoxError> {
        let url = shared::redis_url()?;
        let mut user = redis::cmd("ACL");
        user.arg(&["SETUSER", "kit", "on", ">kit", "~{kit:*"]);
        let permissions = include_str!("../src/permissions.txt");
        user.arg(permissions.split_whitespace().collect::<Vec<_>>());
        let client = Client::open(url.as_str())?;
        let mut connection = client.get_multiplexed_async_connection().await?;
        user.query_async::<()>(&mut connection).await?;
        Ok(url.replace("redis://", "redis://kit:kit@"))
    }
}

/// A cluster of six nodes. Each ledger is on one of the three primaries.
struct Cluster;

impl Place for Cluster {
    async fn url() -> Result<String, BoxError> {
        Ok(shared::redis_cluster_url()?)
    }
}

/// A key prefix of its own; every node has its own connection. No node's clock is ever read, so a
/// wrong one is the same.
struct On<P> {
    prefix: KeyPrefix,
    place: std::marker::PhantomData<P>,
}

impl<P: Place> On<P> {
    async fn ledger(&self) -> Result<RedisLedger, BoxError> {
        let options = RedisLedger::options().prefix(self.prefix.clone());
        Ok(options.connect(&P::url().await?).await?)
    }
}

#[async_trait]
impl<P: Place> Subject for On<P> {
    type Store = RedisLedger;

    async fn fresh() -> Result<Self, BoxError> {
        Ok(Self {
            prefix: format!("kit:{}", Claimant::unique()).parse()?,
            place: std::marker::PhantomData,
        })
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
    paid_once::order_store_tests!(super::On<super::Server>);
}

mod ledger {
    paid_once::order_ledger_tests!(super::On<super::Server>);
}

mod back_office {
    paid_once::back_office_tests!(super::On<super::Server>);
}

mod as_a_user {
    mod store {
        paid_once::order_store_tests!(super::super::On<super::super::ServerAsUser>);
    }

    mod ledger {
        paid_once::order_ledger_tests!(super::super::On<super::super::ServerAsUser>);
    }

    mod back_office {
        paid_once::back_office_tests!(super::super::On<super::super::ServerAsUser>);
    }
}

mod in_a_cluster {
    mod store {
        paid_once::order_store_tests!(super::super::On<super::super::Cluster>);
    }

    mod ledger {
        paid_once::order_ledger_tests!(super::super::On<super::super::Cluster>);
    }

    mod back_office {
        paid_once::back_office_tests!(super::super::On<super::super::Cluster>);
    }
}
