use paid_once::{Lease, Settled, StoreError};
use redis::{Arg, Cmd, Pipeline};

use crate::fault::{RefusalCode, corrupt, store_error};
use crate::keys::member;
use crate::store::settled;
use crate::{RedisFault, RedisLedger};

/// The most words of one command: Lua's stack holds 8000.
const MOST_WORDS: usize = 7_000;

impl RedisLedger {
    /// Settles and runs commands of yours in one step: other clients see all of it or nothing, and so
    /// does a restart. The [crate docs](crate) show a whole handler.
    ///
    /// The commands run only if `lease` still holds the order, before the settlement is written:
    ///
    /// * [`Settled::Now`]: they ran, and the payment is settled.
    /// * [`Settled::Already`]: this very lease was settled before, and nothing ran now. Return success:
    ///   you try again after an answer that was lost. If you settled the lease by
    ///   [`settle`](paid_once::OrderStore::settle) before, your commands never ran, which is a bug of
    ///   the handler.
    /// * [`Settled::Lost`]: nothing ran. The lease ran out and another delivery took the payment over.
    ///   Return an error.
    ///
    /// # What Redis does not do
    ///
    /// * **No rollback.** When Redis refuses a command, say a list command on a key that holds a hash,
    ///   those before it stay done, those after it do not run, and nothing is settled. The next delivery
    ///   runs all of them again, with [`Lease::attempt`] above 1. So put the command that could be
    ///   refused first, or write only what may be written twice (`SET` instead of `APPEND`). Memory
    ///   limits, read-only replicas and full disks are no such case: Redis checks them before the first
    ///   write of a script, and then nothing at all is done.
    /// * **No answers.** What the commands answer is thrown away.
    /// * **Nothing that a script cannot do:** no `MULTI`, no `EVAL`, no waiting; `BLPOP` does not block.
    /// * **One slot.** In Redis Cluster every key must be in the ledger's slot: name them with
    ///   [`own_key`](Self::own_key).
    ///
    /// `writes` is only read: `atomic` and `ignore` make no difference here.
    ///
    /// # Errors
    ///
    /// [`StoreError`], with a [`RedisFault`] as its source. After [`RedisFault::CommandRefused`],
    /// [`RedisFault::CommandTooLong`] and [`RedisFault::CommandEmpty`] nothing is settled. After any
    /// other it is unknown; calling again with the same lease is safe.
    pub async fn settle_with(
        &self,
        lease: &Lease,
        writes: &Pipeline,
    ) -> Result<Settled, StoreError> {
        let member = member(lease.order());
        let claimant = lease.claimant().to_string();
        let mut arguments = vec![member.clone().into_bytes(), claimant.into_bytes()];
        for (index, command) in writes.cmd_iter().enumerate() {
            append(&mut arguments, index, command).map_err(store_error)?;
        }
        let arguments: Vec<&[u8]> = arguments.iter().map(Vec::as_slice).collect();
        let keys = self.keys();
        let mut reply = self
            .run(
                &self.scripts().settle_with,
                &[
                    &keys.order(&member),
                    &keys.due(lease.order().merchant()),
                    &keys.paid,
                    &keys.unpaid,
                    &keys.undelivered,
                ],
                &arguments,
            )
            .await?;
        let answer = reply.text("settled")?;
        if answer == "refused" {
            let index = reply.number("index")?;
            let index = usize::try_from(index).map_err(|_| corrupt("index"))?;
            return Err(store_error(refusal(index, &reply.text("code")?)));
        }
        settled(&answer)
    }
}

/// Redis refuses these before the first write of a script or not at all, so nothing was done.
fn refusal(index: usize, code: &str) -> RedisFault {
    match RedisFault::of_code(code) {
        fault @ (RedisFault::OutOfMemory
        | RedisFault::ReadOnly
        | RedisFault::Disk
        | RedisFault::NoReplicas) => fault,
        _ => RedisFault::CommandRefused {
            index,
            code: RefusalCode::new(code),
        },
    }
}

/// How many words, and the words.
fn append(arguments: &mut Vec<Vec<u8>>, index: usize, command: &Cmd) -> Result<(), RedisFault> {
    let words = command.args_iter().len();
    if words == 0 {
        return Err(RedisFault::CommandEmpty { index });
    }
    if words > MOST_WORDS {
        return Err(RedisFault::CommandTooLong {
            index,
            words,
            most: MOST_WORDS,
        });
    }
    arguments.push(words.to_string().into_bytes());
    arguments.extend(command.args_iter().map(|word| match word {
        Arg::Simple(bytes) => bytes.to_vec(),
        // What the client writes for the start of a scan.
        _ => b"0".to_vec(),
    }));
    Ok(())
}
