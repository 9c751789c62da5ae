//! The code of the README and of the guides compiles. The Turkish pages have the same code.

#[doc = include_str!("../../README.md")]
struct Readme;

#[doc = include_str!("../../docs/guide/en/start-axum.md")]
struct StartAxum;

#[doc = include_str!("../../docs/guide/en/start-actix.md")]
struct StartActix;

#[doc = include_str!("../../docs/guide/en/own-orders-table.md")]
struct OwnOrdersTable;

#[doc = include_str!("../../docs/guide/en/going-live.md")]
struct GoingLive;

#[doc = include_str!("../../docs/guide/en/refunds-and-reviews.md")]
struct RefundsAndReviews;

#[doc = include_str!("../../docs/guide/en/instalments.md")]
struct Instalments;

#[doc = include_str!("../../docs/guide/en/bank-transfers.md")]
struct BankTransfers;

#[doc = include_str!("../../docs/guide/en/stored-cards.md")]
struct StoredCards;

#[doc = include_str!("../../docs/guide/en/marketplaces.md")]
struct Marketplaces;
