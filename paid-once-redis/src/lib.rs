//! An order ledger for [`paid_once`] on Redis (6 or newer) and Valkey, for any number of nodes.
//!
//! [`RedisLedger`] is an [`OrderStore`](paid_once::OrderStore), an
//! [`ExpectedAmount`](paid_once::ExpectedAmount), an [`OrderLedger`](paid_once::OrderLedger), a
//! [`RefundLedger`](paid_once::refund::RefundLedger), a
//! [`BackOfficeLedger`](paid_once::back_office::BackOfficeLedger) and a [`PriceList`](paid_once::PriceList).
//! Claim, settle, release, review, resolve, open and reserve are one Lua script each: one round trip, and Redis
//! does nothing else meanwhile. All times are those of Redis' clock.
//!
//! **How durable a settlement is depends on how Redis is set up.** Read
//! [what Redis keeps](#what-redis-keeps-and-what-it-loses) before you take money with it. Where
//! "handled" must never be forgotten, use PostgreSQL (`paid-once-sqlx`).
//!
//! # Exactly once, with your own writes
//!
//! Between a handler's effect and the settlement a process may die; then the next delivery runs the
//! handler again. When the effect is a write to the same Redis, let
//! [`settle_with`](RedisLedger::settle_with) do both in one step:
//!
//! ```no_run
//! use std::sync::Arc;
//! use paid_once::{BoxError, Currency, Decision, Delivery, Expected, Gate, Money, NewOrder,
//!     OrderKey, OrderLedger, Payment, Settled};
//! use paid_once_redis::{Durability, RedisLedger, redis};
//!
//! async fn book(ledger: &RedisLedger, delivery: &Delivery) -> Result<(), BoxError> {
//!     let mut writes = redis::pipe();
//!     writes.rpush(ledger.own_key("receipts"), delivery.payment.order.order_id());
//!     match ledger.settle_with(&delivery.lease, &writes).await? {
//!         // The receipt is there: written with the settlement, now or by an earlier try.
//!         Settled::Now | Settled::Already => Ok(()),
//!         // Another delivery took over: it writes the receipt.
//!         Settled::Lost => Err("the lease was lost".into()),
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), BoxError> {
//! let ledger = RedisLedger::options()
//!     .require_durability(Durability::Always)
//!     .connect("redis://127.0.0.1:6379")
//!     .await?;
//! let gate = Gate::builder(Arc::new(ledger.clone()), Arc::new(ledger.clone())).build()?;
//!
//! let order = OrderKey::new("123456", "SHOP0001")?;
//! let price = Money::new(3_456, Currency::TRY);
//! let _new = ledger.open(NewOrder::new(order.clone(), Expected::AtLeast(price))).await?;
//!
//! let payment = Payment::paid(order, price);
//! let decision = gate
//!     .receive(payment, move |delivery| async move { book(&ledger, &delivery).await })
//!     .await;
//! assert_eq!(decision, Decision::Settled);
//! # Ok(())
//! # }
//! ```
//!
//! The gate settles once more after the handler and is told that it is settled already. Redis has no
//! rollback: what happens when one of several commands is refused is said at
//! [`settle_with`](RedisLedger::settle_with).
//!
//! # What Redis keeps and what it loses
//!
#![doc = include_str!("durability.md")]
//!
//! # Faults
//!
//! Every error is a [`StoreError`](paid_once::StoreError) with a [`RedisFault`] as its source: no handler
//! runs, nothing is acknowledged, and the provider asks again. None shows an address, a password or a
//! value. No call hangs: after the [response timeout](RedisLedgerOptions::response_timeout) it is an
//! error, and the connection is given up. A connection that Redis closed while it was idle is replaced
//! before anybody uses it.
//!
//! A full memory refuses new orders, claims, reviews and refunds, and still takes settlements, releases and
//! purges, and what became of a review or a refund.
//!
//! # Sentinel, Cluster, TLS
//!
//! | Redis is | address |
//! |---|---|
//! | one server | `redis://USER:PASSWORD@HOST:PORT/DB` |
//! | a primary with replicas, and sentinels | `redis+sentinel://USER:PASSWORD@HOST:26379,HOST:26379/NAME/DB` |
//! | a cluster | `redis+cluster://USER:PASSWORD@HOST:6379,HOST:6379` |
//! | any of them behind TLS | `rediss…` instead of `redis…`, feature `tls` |
//!
//! * **Sentinel.** Name all sentinels: they are asked one after the other, and one that answers is enough. `NAME` is
//!   what they know the primary by. Every new connection asks them again, and is left when the server at its end says
//!   that it is a replica.
//! * **Cluster.** Name some nodes, better all: any of them tells which one has the ledger. The prefix is the hash tag
//!   of every key, so one ledger is in one slot, on one node; that is what lets one script change an order and the
//!   lists it is in. **A ledger is not spread over the nodes**: more nodes make it no faster. Several merchants with
//!   much traffic may have a ledger with a prefix each. While its slot is moved to another node
//!   (`redis-cli --cluster reshard`) the ledger is refused, as [`RedisFault::SlotMoves`].
//! * **Failover.** Calls fail until another server is the primary, at most for as long as a response may take each: no
//!   handler runs, nothing is acknowledged, and the provider asks again. A server that refused because it is the
//!   primary no more (`READONLY`, `MOVED`) did nothing, and the call goes once to the new one.
//! * **TLS** is that of rustls, version 1.2 or 1.3, with the roots of the system (or those in the file that the
//!   variable `SSL_CERT_FILE` names), or with roots and a certificate of your own: `tls_roots` and `tls_identity` of
//!   [`RedisLedgerOptions`]. The nodes of a cluster name each other by addresses as a rule, which must then stand in
//!   their certificates; or set `cluster-preferred-endpoint-type hostname`.
//! * **A connection of your own** goes into [`RedisLedger::from_connection`]: the client's `ConnectionManager`, or
//!   its `ClusterConnection`.
//!
//! # What a Redis user needs
//!
//! With access control lists, `~{paid_once}:*` (your prefix in braces) and these commands, besides those
//! that you give to `settle_with`:
//!
//! ```text
#![doc = include_str!("permissions.txt")]
//! ```
//!
//! An error says what is missing when the ledger is opened ([`OpenError::Lacks`]). Without `info` and `config|get` it
//! works too, and warns that nobody could check how durable Redis is. Take no right away while processes run: a script
//! that is refused halfway is half done. A database other than 0 needs `+select`,
//! [`replicas`](RedisLedgerOptions::replicas) `+wait`. On sentinels with users:
//! `+sentinel|get-master-addr-by-name`.
//!
//! # Keys of older versions
//!
//! They are brought up to date when a ledger is opened, some at a time, by whichever process comes first. Stop the
//! processes of the older version before, and give the user the commands that are new. A process that goes on
//! running claims and settles as ever; it is refused where it reads how an order stands or records a review, and
//! an order that it opens is not among those that [`orders`](paid_once::back_office::BackOfficeLedger::orders)
//! lists.
//!
//! # Growth
//!
//! A settled order takes about 850 bytes of memory; [`purge`](paid_once::OrderLedger::purge)
//! removes old ones, 100 at a time, so that payments between two scripts hardly wait. A claim costs the
//! same however many orders there are. The keys are listed in the source of this crate (`keys.rs`);
//! nothing but this crate should write them. Reviews, refunds and the names of merchants are never removed.
//!
//! What the back office reads is read a hundred orders, entries or hours at a time, so that payments hardly wait.
//! [`gauges`](paid_once::back_office::BackOfficeLedger::gauges) looks at every order that the provider is still to
//! be asked about, because no claim writes down when its lease ends: about half a second for 100,000 such orders,
//! spread over a thousand scripts. A refund takes longer the more refunds its order has.
//!
//! # Features
//!
//! * `tls`: connections by `rediss://`, with TLS 1.2 and 1.3 by rustls.

mod address;
mod back_office;
mod cluster;
mod database;
mod durability;
mod fault;
mod keys;
mod ledger;
mod link;
mod lists;
mod migration;
mod open_error;
mod options;
mod order_ledger;
mod permissions;
mod prefix;
mod price_list;
mod refund;
mod replicas;
mod review;
mod route;
mod script;
mod sentinels;
mod settle_with;
mod store;
#[cfg(feature = "tls")]
mod tls;
mod value;

pub use durability::Durability;
pub use fault::{RedisFault, RefusalCode};
pub use ledger::RedisLedger;
pub use open_error::OpenError;
pub use options::RedisLedgerOptions;
pub use prefix::{KeyPrefix, KeyPrefixError};
/// The version of the client that connections and pipelines of this crate come from.
pub use redis;
