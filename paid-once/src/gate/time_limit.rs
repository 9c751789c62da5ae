use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use futures_util::future::poll_immediate;
use tokio::time::error::Elapsed;
use tokio::time::timeout;

/// Like [`timeout`], without setting a timer for what is done at once.
pub(super) async fn within<F: Future>(limit: Duration, future: F) -> Result<F::Output, Elapsed> {
    let mut future = pin!(future);
    match poll_immediate(&mut future).await {
        Some(done) => Ok(done),
        // On the heap: a timer is large, and every future that may need one would keep room for it.
        None => Box::pin(timeout(limit, future)).await,
    }
}
