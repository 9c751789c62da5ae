//! Sends notifications until they are answered with 200, or for as often as it is told.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::CONTENT_TYPE;

use super::book::Announcement;
use super::server::Shared;
use super::{DeliveryAttempt, FakeStartError};

/// A client that does not follow redirects and goes through no proxy: the shop is near.
pub(super) fn http_client() -> Result<reqwest::Client, FakeStartError> {
    let builder = paid_once_http::builder();
    let builder = builder.map_err(|error| FakeStartError::HttpClient(error.into()))?;
    builder
        .no_proxy()
        .timeout(Duration::from_secs(15))
        .build()
        .map_err(|error| FakeStartError::HttpClient(error.into()))
}

impl Shared {
    /// Sends what waits in the outbox, each notification in a task of its own: their order is not
    /// guaranteed.
    pub(super) fn announce(self: &Arc<Self>) {
        let waiting = std::mem::take(&mut self.book().outbox);
        self.changed.send_replace(());
        for announcement in waiting {
            let shared = Arc::clone(self);
            let stop = self.stop.clone();
            self.tasks.spawn(async move {
                stop.run_until_cancelled(shared.deliver(&announcement))
                    .await;
            });
        }
    }

    async fn deliver(&self, announcement: &Announcement) {
        let mut address = self.notify_url.subscribe();
        for attempt in 1..=self.attempts {
            if attempt > 1 {
                tokio::time::sleep(self.pause).await;
            }
            let url = match address.wait_for(Option::is_some).await {
                Ok(url) => url.clone(),
                Err(_) => return,
            };
            let Some(url) = url else { return };
            let request = self
                .http
                .post(url)
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(announcement.body.clone());
            let answer = request.send().await;
            let status = answer.ok().map(|answer| answer.status().as_u16());
            self.book().deliveries.push(DeliveryAttempt {
                order_id: announcement.order_id.clone(),
                event: announcement.event.clone(),
                attempt,
                status,
            });
            self.changed.send_replace(());
            if status == Some(200) {
                return;
            }
        }
    }
}
