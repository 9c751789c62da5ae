use redis::{Cmd, Value};

use crate::RedisFault;
use crate::link::Link;

/// A Lua script: one step that Redis does as a whole, in one round trip.
pub(crate) struct Script {
    code: &'static str,
    sha1: String,
    promises: bool,
}

/// A script whose answer promises that something is written.
macro_rules! script {
    ($($file:literal),+) => {
        Script::new(concat!($(include_str!(concat!("scripts/", $file))),+), true)
    };
}

/// A script that only reads, for somebody who only looks.
macro_rules! reading {
    ($($file:literal),+) => {
        Script::new(concat!($(include_str!(concat!("scripts/", $file))),+), false)
    };
}

/// All scripts of the ledger.
pub(crate) struct Scripts {
    pub(crate) claim: Script,
    pub(crate) standing: Script,
    pub(crate) settle: Script,
    pub(crate) settle_with: Script,
    pub(crate) release: Script,
    pub(crate) review: Script,
    pub(crate) resolve: Script,
    pub(crate) open: Script,
    pub(crate) set_expected: Script,
    pub(crate) attach_session: Script,
    pub(crate) abandon: Script,
    pub(crate) get: Script,
    pub(crate) take_due: Script,
    pub(crate) postpone: Script,
    pub(crate) hurry: Script,
    pub(crate) close: Script,
    pub(crate) members: Script,
    pub(crate) records: Script,
    pub(crate) reviews: Script,
    pub(crate) purge: Script,
    pub(crate) reserve: Script,
    pub(crate) decide_refund: Script,
    pub(crate) refunds: Script,
    pub(crate) opened: Script,
    pub(crate) life: Script,
    pub(crate) clock: Script,
    pub(crate) hours: Script,
    pub(crate) gauges: Script,
    pub(crate) merchant_gauges: Script,
    pub(crate) layout: Script,
    pub(crate) migrate: Script,
    pub(crate) migrate_reviews: Script,
}

impl Scripts {
    pub(crate) fn new() -> Self {
        Self {
            claim: script!("prelude.lua", "owed.lua", "claim.lua"),
            standing: script!("prelude.lua", "owed.lua", "standing.lua"),
            settle: script!("prelude.lua", "settlement.lua", "settle.lua"),
            settle_with: script!("prelude.lua", "settlement.lua", "settle_with.lua"),
            release: script!("prelude.lua", "owed.lua", "release.lua"),
            review: script!("prelude.lua", "add_review.lua", "review.lua"),
            resolve: script!("prelude.lua", "resolve.lua"),
            open: script!("prelude.lua", "owed.lua", "record.lua", "open.lua"),
            set_expected: script!("prelude.lua", "set_expected.lua"),
            attach_session: script!("attach_session.lua"),
            abandon: script!("cart.lua", "abandon.lua"),
            get: reading!("prelude.lua", "owed.lua", "record.lua", "get.lua"),
            take_due: script!(
                "prelude.lua",
                "owed.lua",
                "record.lua",
                "due_record.lua",
                "take_due.lua"
            ),
            postpone: script!("prelude.lua", "postpone.lua"),
            hurry: script!("prelude.lua", "hurry.lua"),
            close: script!("prelude.lua", "owed.lua", "close.lua"),
            members: reading!("prelude.lua", "members.lua"),
            records: reading!(
                "prelude.lua",
                "owed.lua",
                "record.lua",
                "due_record.lua",
                "records.lua"
            ),
            reviews: reading!("reviews.lua"),
            purge: script!("prelude.lua", "cart.lua", "merchant.lua", "purge.lua"),
            reserve: script!("prelude.lua", "money.lua", "refund_sum.lua", "reserve.lua"),
            decide_refund: script!(
                "prelude.lua",
                "money.lua",
                "refund_sum.lua",
                "decide_refund.lua"
            ),
            refunds: reading!("refunds.lua"),
            opened: reading!("prelude.lua", "opened.lua"),
            life: reading!("prelude.lua", "owed.lua", "record.lua", "life.lua"),
            clock: reading!("prelude.lua", "clock.lua"),
            hours: reading!("prelude.lua", "hours.lua"),
            gauges: reading!("prelude.lua", "gauges.lua"),
            merchant_gauges: reading!("prelude.lua", "owed.lua", "merchant_gauges.lua"),
            layout: script!("layout.lua"),
            migrate: script!("prelude.lua", "owed.lua", "merchant.lua", "migrate.lua"),
            migrate_reviews: script!("prelude.lua", "add_review.lua", "migrate_reviews.lua"),
        }
    }
}

impl Script {
    fn new(code: &'static str, promises: bool) -> Self {
        let sha1 = redis::Script::new(code).get_hash().to_owned();
        Self {
            code,
            sha1,
            promises,
        }
    }

    /// Runs the script, by its hash, and by its text where Redis does not know it (any more).
    pub(crate) async fn run(
        &self,
        link: &Link,
        keys: &[&str],
        arguments: &[&[u8]],
    ) -> Result<Value, RedisFault> {
        let by_hash = command("EVALSHA", &self.sha1, keys, arguments);
        match self.send(link, &by_hash).await {
            Err(RedisFault::Other(code)) if code.as_str() == "NOSCRIPT" => {
                self.run_by_text(link, keys, arguments).await
            }
            answer => answer,
        }
    }

    pub(crate) async fn run_by_text(
        &self,
        link: &Link,
        keys: &[&str],
        arguments: &[&[u8]],
    ) -> Result<Value, RedisFault> {
        let by_text = command("EVAL", self.code, keys, arguments);
        self.send(link, &by_text).await
    }

    async fn send(&self, link: &Link, command: &Cmd) -> Result<Value, RedisFault> {
        if self.promises {
            link.ask_to_keep(command).await
        } else {
            link.ask(command).await
        }
    }
}

fn command(name: &str, script: &str, keys: &[&str], arguments: &[&[u8]]) -> Cmd {
    let mut command = redis::cmd(name);
    command.arg(script).arg(keys.len()).arg(keys);
    for argument in arguments {
        command.arg(*argument);
    }
    command
}
