//! How a shop's payments stand: whether a node can take them, and what waits in the ledger.
//!
//! * [`Readiness`] answers a load balancer: may this node get traffic, and if not, which part of it is down.
//! * [`Watch`] answers a monitoring system: it reads the ledger every so often and sets the gauges of
//!   [`metrics`](crate::metrics) (feature `metrics`).
//!
//! `docs/monitoring` in the repository has alerting rules and a dashboard for them.

mod readiness;
mod report;
#[cfg(feature = "metrics")]
mod watch;

pub use readiness::Readiness;
pub use report::{Condition, Report};
#[cfg(feature = "metrics")]
pub use watch::Watch;
