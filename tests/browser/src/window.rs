use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::driver::Driver;
use crate::eventually;

/// How large the window is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// 1100 × 1000.
    Desktop,
    /// 390 × 844 with touch.
    Phone,
}

/// One window of a headless Chromium with a fresh profile.
///
/// Everything that is looked for may still be on its way: each step waits for it.
pub struct Browser {
    client: Client,
    screen: Screen,
    driver: Driver,
    _profile: TempDir,
}

impl Browser {
    /// Starts a driver and a browser.
    pub async fn open(screen: Screen) -> Result<Self> {
        Self::open_with(screen, &[]).await
    }

    /// The same, with more arguments for Chromium.
    pub async fn open_with(screen: Screen, more: &[String]) -> Result<Self> {
        let driver = Driver::start()?;
        let profile = tempfile::tempdir()?;
        let mut arguments = arguments(&profile);
        arguments.extend_from_slice(more);
        let mut options = json!({ "args": arguments });
        if let (Screen::Phone, Some(options)) = (screen, options.as_object_mut()) {
            let metrics = json!({
                "width": 390, "height": 844, "pixelRatio": 2, "touch": true, "mobile": true,
            });
            options.insert(
                "mobileEmulation".to_owned(),
                json!({ "deviceMetrics": metrics }),
            );
        }
        let capabilities = [
            ("goog:chromeOptions".to_owned(), options),
            ("goog:loggingPrefs".to_owned(), json!({ "browser": "ALL" })),
        ];
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities.into_iter().collect())
            .connect(driver.url())
            .await
            .context("chromedriver could not start chromium")?;
        Ok(Self {
            client,
            screen,
            driver,
            _profile: profile,
        })
    }

    /// Opens a page.
    pub async fn go(&self, url: &str) -> Result<()> {
        Ok(self.client.goto(url).await?)
    }

    /// The address of the page.
    pub async fn url(&self) -> Result<String> {
        Ok(self.client.current_url().await?.into())
    }

    /// Waits until the element is there.
    pub async fn find(&self, css: &str) -> Result<()> {
        self.with(css, async |_| Ok(())).await
    }

    /// The text of an element.
    pub async fn text(&self, css: &str) -> Result<String> {
        self.with(css, async |element| Ok(element.text().await?))
            .await
    }

    /// What a field has.
    pub async fn value(&self, css: &str) -> Result<String> {
        self.with(css, async |element| {
            let value = element.prop("value").await?;
            value.context("an element with a value")
        })
        .await
    }

    /// How many such elements there are now.
    pub async fn count(&self, css: &str) -> Result<usize> {
        Ok(self.client.find_all(Locator::Css(css)).await?.len())
    }

    /// Clicks an element.
    pub async fn click(&self, css: &str) -> Result<()> {
        self.with(css, async |element| Ok(element.click().await?))
            .await
    }

    /// Types a text into an emptied field.
    pub async fn fill(&self, css: &str, text: &str) -> Result<()> {
        self.with(css, async |element| {
            element.clear().await?;
            element.send_keys(text).await?;
            let typed = element.prop("value").await?;
            ensure!(typed.as_deref() == Some(text), "the field has {typed:?}");
            Ok(())
        })
        .await
    }

    /// Goes into a frame.
    pub async fn enter_frame(&self, css: &str) -> Result<()> {
        self.with(css, async |element| Ok(element.enter_frame().await?))
            .await
    }

    /// Back to the whole window, also when the frame is gone by now.
    pub async fn leave_frame(&self) -> Result<()> {
        let window = self.client.window().await?;
        Ok(self.client.switch_to_window(window).await?)
    }

    /// Does something to an element as soon as that works: pages come and go meanwhile.
    async fn with<T>(&self, css: &str, act: impl AsyncFn(Element) -> Result<T>) -> Result<T> {
        let mut last = None;
        let done = eventually(css, async || {
            let element = match self.client.find(Locator::Css(css)).await {
                Ok(element) => element,
                Err(error) => {
                    last = Some(error.into());
                    return Ok(None);
                }
            };
            let done = act(element).await;
            Ok(done.map_err(|error| last = Some(error)).ok())
        })
        .await;
        match done {
            Ok(done) => Ok(done),
            Err(error) => {
                let url = self.client.current_url().await.map(String::from);
                let page = self.client.source().await.unwrap_or_default();
                Err(error.context(format!("last: {last:?}\nat {url:?}:\n{page}")))
            }
        }
    }

    /// On a phone: no page is wider than the screen. Saves a picture where `SUITE_SCREENSHOTS` says.
    pub async fn look(&self, name: &str) -> Result<()> {
        if self.screen != Screen::Phone {
            return Ok(());
        }
        if let Some(directory) = std::env::var_os("SUITE_SCREENSHOTS") {
            let directory = PathBuf::from(directory);
            tokio::fs::create_dir_all(&directory).await?;
            let picture = self.client.screenshot().await?;
            tokio::fs::write(directory.join(format!("{name}.png")), picture).await?;
        }
        let script = "return [document.documentElement.scrollWidth, window.innerWidth]";
        let widths = self.client.execute(script, Vec::new()).await?;
        assert_eq!(widths, json!([390, 390]), "{name}: [page, screen]");
        Ok(())
    }

    /// What the browser's console has at the level of errors: failed loads, blocked scripts, exceptions.
    pub async fn complaints(&self) -> Result<Vec<Value>> {
        let session = self.client.session_id().await?.context("a session")?;
        let url = format!("{}/session/{session}/se/log", self.driver.url());
        let http = reqwest::Client::builder().no_proxy().build()?;
        let request = http.post(url).json(&json!({ "type": "browser" }));
        let answer: Value = request.send().await?.error_for_status()?.json().await?;
        let entries = answer
            .get("value")
            .and_then(Value::as_array)
            .context("a log")?;
        let is_severe = |entry: &&Value| entry.get("level").is_some_and(|level| level == "SEVERE");
        Ok(entries.iter().filter(is_severe).cloned().collect())
    }

    /// Ends the browser.
    pub async fn close(self) -> Result<()> {
        Ok(self.client.close().await?)
    }
}

fn arguments(profile: &TempDir) -> Vec<String> {
    let fixed = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        // A buyer who reads Turkish.
        "--accept-lang=tr",
        "--window-size=1100,1000",
    ];
    let profile = format!("--user-data-dir={}", profile.path().display());
    fixed
        .map(str::to_owned)
        .into_iter()
        .chain([profile])
        .collect()
}
