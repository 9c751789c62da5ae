//! Keys of older layouts are brought to the layout of this version, when a ledger is opened.

use crate::keys::Keys;
use crate::link::Link;
use crate::options::LAYOUT;
use crate::script::{Script, Scripts};
use crate::{OpenError, RedisFault};

/// The layouts that are brought up to date.
pub(crate) const OLD_LAYOUTS: [&str; 2] = ["1", "2"];
/// How many keys one step looks through. Payments wait while a step runs.
const ORDERS_AT_ONCE: &[u8] = b"500";
/// How many reviews one step rewrites.
const REVIEWS_AT_ONCE: &[u8] = b"100";

/// Files the orders and the reviews of older layouts as this one does, some at a time; the last step writes the
/// layout. Whoever opens the ledger at the same time does the same, and what one files the other leaves; one that
/// dies halfway is followed by the next.
pub(crate) async fn migrate(link: &Link, keys: &Keys, scripts: &Scripts) -> Result<(), OpenError> {
    tracing::info!("the ledger's keys are brought to layout {LAYOUT}");
    file_orders(link, keys, &scripts.migrate).await?;
    rewrite_reviews(link, keys, &scripts.migrate_reviews).await
}

async fn file_orders(link: &Link, keys: &Keys, script: &Script) -> Result<(), OpenError> {
    let named = [
        keys.paid.as_str(),
        &keys.unpaid,
        &keys.layout,
        &keys.opened,
        &keys.merchants,
    ];
    let mut cursor = "0".to_owned();
    loop {
        let arguments: [&[u8]; 5] = [
            cursor.as_bytes(),
            ORDERS_AT_ONCE,
            keys.orders.as_bytes(),
            keys.dues.as_bytes(),
            LAYOUT.as_bytes(),
        ];
        cursor = step(link, script, &named, &arguments).await?;
        if cursor == "0" {
            return Ok(());
        }
    }
}

async fn rewrite_reviews(link: &Link, keys: &Keys, script: &Script) -> Result<(), OpenError> {
    let [old_reviews, reviewed, done, unsettled] = &keys.old;
    let named = [
        keys.review_ids.as_str(),
        &keys.all_reviews,
        &keys.open_reviews,
        &keys.refused,
        &keys.under_review,
        &keys.layout,
        old_reviews,
        reviewed,
        done,
        unsettled,
    ];
    let arguments: [&[u8]; 4] = [
        keys.reviews.as_bytes(),
        keys.reviews_of.as_bytes(),
        LAYOUT.as_bytes(),
        REVIEWS_AT_ONCE,
    ];
    while step(link, script, &named, &arguments).await? != "done" {}
    Ok(())
}

/// Does one step and gives the one text that it answers.
async fn step(
    link: &Link,
    script: &Script,
    keys: &[&str],
    arguments: &[&[u8]],
) -> Result<String, RedisFault> {
    let answer = script.run(link, keys, arguments).await?;
    let texts: Vec<String> =
        redis::from_redis_value(answer).map_err(|_| RedisFault::Corrupt("a migration"))?;
    let text = texts.into_iter().next();
    text.ok_or(RedisFault::Corrupt("a migration"))
}
