use anyhow::{Context as _, Result, ensure};
use reqwest::StatusCode;
use reqwest::redirect::Policy;

use super::{PATIENCE, Program, Shop};

/// The password of the user `admin`.
pub(crate) const PASSWORD: &str = "kanarya sarisi 42";

/// A person at the back office of a shop, with a browser that follows no redirect.
pub(crate) struct Office {
    http: reqwest::Client,
    origin: String,
}

/// A page of it.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) html: String,
}

/// A form of a page, as a browser would send it.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    pub(crate) action: String,
    pub(crate) fields: Vec<(String, String)>,
}

impl Program {
    /// With a back office.
    pub(crate) fn with_office(self) -> Self {
        self.set("SHOP_ADMIN_PASSWORD", PASSWORD)
    }
}

impl Office {
    pub(crate) fn of(shop: &Shop) -> Result<Self> {
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .timeout(PATIENCE)
            .build()?;
        let origin = shop.url("");
        Ok(Self { http, origin })
    }

    /// Reads a page below `/back-office`, as somebody who knows the password.
    pub(crate) async fn read(&self, path: &str) -> Result<Page> {
        let url = self.url(path);
        Page::of(self.http.get(url).basic_auth("admin", Some(PASSWORD))).await
    }

    /// The same with another password, or none.
    pub(crate) async fn read_as(&self, path: &str, password: Option<&str>) -> Result<Page> {
        let request = self.http.get(self.url(path));
        Page::of(match password {
            Some(password) => request.basic_auth("admin", Some(password)),
            None => request,
        })
        .await
    }

    /// The only form that a page posts.
    pub(crate) async fn form(&self, path: &str) -> Result<Form> {
        let page = self.read(path).await?;
        ensure!(page.status == StatusCode::OK, "{page:?}");
        page.form()
    }

    /// Sends a form as the page of it does.
    pub(crate) async fn post(&self, form: &Form) -> Result<Page> {
        self.post_from(Some(&self.origin), form).await
    }

    /// Sends a form as a page of this origin would.
    pub(crate) async fn post_from(&self, origin: Option<&str>, form: &Form) -> Result<Page> {
        let url = format!("{}{}", self.origin, form.action);
        let request = self.http.post(url).basic_auth("admin", Some(PASSWORD));
        let request = match origin {
            Some(origin) => request.header("origin", origin),
            None => request,
        };
        Page::of(request.form(&form.fields)).await
    }

    fn url(&self, path: &str) -> String {
        format!("{}/back-office{path}", self.origin)
    }
}

impl Page {
    async fn of(request: reqwest::RequestBuilder) -> Result<Self> {
        let answer = request.send().await?;
        Ok(Self {
            status: answer.status(),
            html: answer.text().await?,
        })
    }

    /// The first form that it posts.
    pub(crate) fn form(&self) -> Result<Form> {
        let (_, form) = self
            .html
            .split_once("<form method=\"post\"")
            .with_context(|| format!("no form: {self:?}"))?;
        let (form, _) = form.split_once("</form>").context("a whole form")?;
        let action = attribute(form, "action").context("an action")?;
        let inputs = form.split("<input type=\"hidden\"").skip(1);
        let fields = inputs
            .filter_map(|input| Some((attribute(input, "name")?, attribute(input, "value")?)));
        Ok(Form {
            action,
            fields: fields.collect(),
        })
    }
}

impl Form {
    /// The same form with this field filled in.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same form without this field.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!("{name}=\""))?;
    let (value, _) = rest.split_once('"')?;
    Some(value.replace("&#38;", "&").replace("&amp;", "&"))
}
