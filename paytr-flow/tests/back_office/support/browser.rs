use std::collections::HashMap;

use paytr_flow::FlowResponse;
use paytr_flow::back_office::{BackOffice, Head, Request};

/// Somebody's browser at the back office.
#[derive(Clone)]
pub(crate) struct Browser<'a> {
    office: &'a BackOffice,
    headers: HashMap<&'static str, String>,
}

/// A form of a page, as it would be sent.
#[derive(Debug, Clone)]
pub(crate) struct SentForm {
    pub(crate) action: String,
    pub(crate) fields: Vec<(String, String)>,
}

/// What a proxy in front of the shop strips from every path.
const STRIPPED: &str = "/shop";

impl<'a> Browser<'a> {
    /// English, at the shop's own address.
    pub(crate) fn new(office: &'a BackOffice, operator: &str) -> Self {
        let headers = [
            ("x-operator", operator),
            ("accept-language", "en"),
            ("origin", "https://shop.example"),
            ("sec-fetch-site", "same-origin"),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        let headers = headers.map(|(name, value)| (name, value.to_owned()));
        Self {
            office,
            headers: headers.into(),
        }
    }

    /// The same browser with another header, or without it.
    pub(crate) fn with(&self, name: &'static str, value: Option<&str>) -> Self {
        let mut other = self.clone();
        match value {
            Some(value) => other.headers.insert(name, value.to_owned()),
            None => other.headers.remove(name),
        };
        other
    }

    /// The same browser at another node.
    pub(crate) fn at<'b>(&self, office: &'b BackOffice) -> Browser<'b> {
        Browser {
            office,
            headers: self.headers.clone(),
        }
    }

    /// A page, by its link or by its path below the back office.
    pub(crate) async fn get(&self, address: &str) -> FlowResponse {
        self.send("GET", address, b"").await
    }

    /// A page that is there.
    pub(crate) async fn page(&self, address: &str) -> String {
        let response = self.get(address).await;
        assert_eq!(response.status, 200, "{address}: {}", response.body);
        response.body
    }

    /// The form of a page that is posted to an address that ends so.
    pub(crate) async fn form(&self, address: &str, action: &str) -> SentForm {
        SentForm::of(&self.page(address).await, action)
    }

    pub(crate) async fn submit(&self, form: &SentForm) -> FlowResponse {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&form.fields)
            .finish();
        self.send("POST", &form.action, body.as_bytes()).await
    }

    pub(crate) async fn send(&self, method: &str, address: &str, body: &[u8]) -> FlowResponse {
        let address = match address.strip_prefix(STRIPPED) {
            Some(address) => address.to_owned(),
            None => format!("/back-office{address}"),
        };
        let (path, query) = match address.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (address.as_str(), None),
        };
        let header = |name: &str| Some(self.headers.get(name)?.clone().into_bytes());
        let head = Head {
            method,
            path,
            query,
            header: &header,
        };
        match self.office.admit(&head).await {
            Ok(operator) => {
                let request = Request {
                    operator,
                    head,
                    body,
                };
                self.office.answer(request).await
            }
            Err(refused) => refused,
        }
    }
}

impl SentForm {
    pub(crate) fn of(page: &str, action: &str) -> Self {
        let end = format!("{action}\"");
        let form = page.split("<form ").skip(1).find(|form| {
            let tag = form.split('>').next().unwrap();
            tag.contains("method=\"post\"") && tag.ends_with(&end)
        });
        let form = form.unwrap_or_else(|| panic!("no form with {action}: {page}"));
        let form = form.split("</form>").next().unwrap();
        let action = attribute(form, "action").unwrap();
        let inputs = form.split("<input ").skip(1).filter_map(|input| {
            let tag = input.split('>').next()?;
            let hidden = tag.contains("type=\"hidden\"");
            hidden.then(|| Some((attribute(tag, "name")?, attribute(tag, "value")?)))?
        });
        Self {
            action,
            fields: inputs.collect(),
        }
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn field(&self, name: &str) -> &str {
        let mut fields = self.fields.iter();
        let field = fields.find(|(known, _)| known == name);
        &field.unwrap_or_else(|| panic!("no {name}: {self:?}")).1
    }
}

/// The value of an attribute, as the browser reads it.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let after = tag.split(&format!("{name}=\"")).nth(1)?;
    let value = after.split('"').next()?;
    Some(value.replace("&#38;", "&").replace("&amp;", "&"))
}
