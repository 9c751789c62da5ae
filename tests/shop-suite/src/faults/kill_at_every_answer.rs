//! A node is killed (SIGKILL) between what its database does and the answer to it.

use anyhow::Result;
use tokio::io::AsyncReadExt as _;
use tokio::time::timeout;

use super::Nodes;
use super::sweep::Sweep;
use crate::harness::PATIENCE;
use crate::rules::kill::Found;

/// Killed when its database has done what it was asked, and before the answer is there: at every answer
/// of a delivery, from the first look at the order to the commit of the receipt.
pub async fn a_kill_at_every_answer_of_the_database_heals_at_the_other_node(
    nodes: Nodes,
) -> Result<()> {
    let mut sweep = Sweep::begin(nodes).await?;
    loop {
        let mut victim = sweep.victim().await?;
        sweep.warm(&victim).await?;
        let Some((oid, mut stream)) = sweep.hold(&victim, sweep.next()?).await? else {
            Found::everywhere(&sweep.end().await?);
            return Ok(());
        };
        victim.kill();
        sweep.line.cut();
        let mut answer = Vec::new();
        // The kill may reset the connection.
        let _ = timeout(PATIENCE, stream.read_to_end(&mut answer)).await?;
        sweep.heal(&oid, &answer).await?;
    }
}
