//! Prices of what is paid without an order of its own.

use paid_once::{Expected, PriceList, StoreError, async_trait};

use crate::RedisLedger;
use crate::fault::corrupt;
use crate::keys::of_merchant;
use crate::value::{expected, expected_texts};

#[async_trait]
impl PriceList for RedisLedger {
    async fn set_price(
        &self,
        merchant: &str,
        name: &str,
        expected: Expected,
    ) -> Result<(), StoreError> {
        let field = of_merchant(merchant, name);
        let (kind, amount) = expected_texts(expected);
        let mut command = match expected {
            Expected::Unknown => redis::cmd("HDEL"),
            _ => redis::cmd("HSET"),
        };
        command.arg(&self.keys().prices).arg(field);
        if expected != Expected::Unknown {
            command.arg(format!("{kind} {amount}"));
        }
        self.keep(&command).await
    }

    async fn price(&self, merchant: &str, name: &str) -> Result<Expected, StoreError> {
        let mut command = redis::cmd("HGET");
        let field = of_merchant(merchant, name);
        command.arg(&self.keys().prices).arg(field);
        let Some(price) = self.query::<Option<String>>(&command).await? else {
            return Ok(Expected::Unknown);
        };
        let (kind, amount) = price.split_once(' ').ok_or_else(|| corrupt("price"))?;
        expected(kind, amount)
    }
}
