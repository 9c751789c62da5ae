//! A shop that is asked to stop (SIGTERM) finishes what it has begun.

use anyhow::Result;
use tokio::io::AsyncReadExt as _;

use crate::support::{Market, receipt};

async fn stop_in_the_handler(hang_up: HangUp) -> Result<()> {
    let market = Market::open().await?.set("SHOP_HANDLER_DELAY_MS", 700);
    let shop = market.start().await?;
    let (paid, mut stream) = market.return_in_handler(&shop).await?;
    let mut answer = String::new();
    match hang_up {
        HangUp::Yes => {
            // A reset: the server lets go of the request at once.
            stream.set_zero_linger()?;
            drop(stream);
            shop.get("/products").await?;
            shop.process.terminate()?;
        }
        HangUp::No => {
            shop.process.terminate()?;
            stream.read_to_string(&mut answer).await?;
            assert!(answer.contains("data-state=\"paid\""), "{answer}");
        }
    }
    let exit = shop.process.end().await?;
    assert_eq!(exit.code, Some(0), "{}", exit.stderr);
    let shop = market.start().await?;
    let once = [receipt(&paid.order)];
    assert_eq!(shop.receipts_of(&paid.order).await?, once);
    assert_eq!(shop.come_back(&paid.back).await?, "paid");
    assert_eq!(shop.receipts_of(&paid.order).await?, once);
    Ok(())
}

enum HangUp {
    Yes,
    No,
}

#[tokio::test]
async fn a_stop_during_the_handler_waits_for_it() -> Result<()> {
    stop_in_the_handler(HangUp::No).await
}

#[tokio::test]
async fn a_stop_waits_for_a_handler_whose_buyer_hung_up() -> Result<()> {
    stop_in_the_handler(HangUp::Yes).await
}
