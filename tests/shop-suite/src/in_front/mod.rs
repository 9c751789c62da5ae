//! What stands in front of a shop: two nodes behind nginx, `HAProxy`, Apache, Caddy and Varnish, each with
//! the configuration that `docs/in-front` shows.
//!
//! [`front_suite!`](crate::front_suite) lists the rules.

mod buyers;
mod node_gone;
mod passes;
mod stamp;

use std::net::SocketAddr;
use std::path::Path;

use anyhow::Result;
use database_servers::{Front, FrontKind};

pub use buyers::*;
pub use node_gone::*;
pub use passes::*;

use crate::harness::{Answer, Market, PASSWORD, Program, Shop, notification};

/// A kind of front, and the programs of the two nodes behind it.
#[derive(Debug, Clone)]
pub struct Behind {
    kind: FrontKind,
    one: Program,
    two: String,
}

impl Behind {
    /// Two programs of the same shop.
    #[must_use]
    pub fn new(kind: FrontKind, [one, two]: [&str; 2]) -> Self {
        Self {
            kind,
            one: Program::new(one),
            two: two.to_owned(),
        }
    }

    /// Starts the nodes and the front. `settings` is given each node's number and its program.
    async fn start(self, settings: impl Fn(usize, Program) -> Program) -> Result<Street> {
        let market = Market::open(self.one).await?;
        let trusting = market.shop().set("SHOP_TRUSTED_PROXIES", "127.0.0.1");
        // The back office of one node alone tells which one answers.
        let one = trusting.clone().set("SHOP_ADMIN_PASSWORD", PASSWORD);
        let one = settings(0, one);
        let two = settings(1, trusting.at(self.two));
        let nodes = [one.start().await?, two.start().await?];
        let configurations = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/in-front");
        let addresses = [nodes[0].address(), nodes[1].address()];
        let front = Front::start(self.kind, &configurations, addresses)?;
        Ok(Street {
            market,
            first: one,
            nodes,
            front,
        })
    }
}

/// A PayTR, a front, and two nodes behind it.
struct Street {
    market: Market,
    first: Program,
    nodes: [Shop; 2],
    front: Front,
}

impl Street {
    fn address(&self) -> SocketAddr {
        self.front.address()
    }

    /// Delivers a notification through the front.
    async fn notify(&self, body: &str) -> Result<Answer> {
        Answer::to(self.address(), &notification(body)).await
    }

    /// Starts the first node again where it was.
    async fn start_the_first_again(&mut self) -> Result<()> {
        let program = self.first.clone();
        let address = self.nodes[0].address();
        self.nodes[0] = program.set("SHOP_ADDR", address).start().await?;
        Ok(())
    }
}
