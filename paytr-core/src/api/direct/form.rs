use std::fmt::{self, Write as _};

use super::CardInput;
use crate::api::InvalidRequest;
use crate::{Credentials, Form, Language};

/// A payment that the buyer's browser posts.
pub trait BrowserPayment {
    /// The path, from the root of `https://www.paytr.com`.
    const PATH: &'static str = "/odeme";

    /// The exact fields that the page hides, with `paytr_token` over them.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`] when PayTR is known to refuse such values.
    fn form(&self, credentials: &Credentials) -> Result<Form, InvalidRequest>;

    /// The inputs for card data that the page has beside them.
    fn card_inputs(&self) -> &'static [CardInput];
}

/// The form of a [`BrowserPayment`]: an address and hidden fields for the buyer's browser.
///
/// It is the only place where a request token leaves the server. See the [`direct`](super) module for
/// what a buyer can do with it. `Debug` shows names only.
///
/// ```
/// use paytr_core::api::{Buyer, DirectForm, DirectOrder, DirectPayment};
/// use paytr_core::{Basket, Credentials, Currency, Language, MerchantOid};
///
/// let credentials = Credentials::new("123456", "aB3dE6gH9jK2mN5p", "qR8sT1uV4wX7yZ0a")?;
/// let basket = Basket::new(Currency::TRY).item("Kalem", 3_456, 1)?;
/// let buyer = Buyer::new("88.255.10.20".parse()?, "a@example.com", "Ayşe Yılmaz", "İzmir", "05001112233");
/// let id = MerchantOid::new("SHOP0001")?;
/// let order = DirectOrder::new(id, basket, buyer, "https://shop.example/ok", "https://shop.example/fail");
///
/// let form = DirectForm::new(&DirectPayment::new(order), &credentials)?;
/// assert_eq!(form.action(), "https://www.paytr.com/odeme");
/// assert!(form.to_html(Language::Turkish).contains(r#"name="card_number""#));
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct DirectForm {
    action: String,
    fields: Form,
    card_inputs: &'static [CardInput],
}

impl DirectForm {
    /// The form for PayTR itself.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`] when PayTR is known to refuse such values.
    pub fn new<P: BrowserPayment>(
        payment: &P,
        credentials: &Credentials,
    ) -> Result<Self, InvalidRequest> {
        Self::with_action(payment, credentials, format!("{PAYTR}{}", P::PATH))
    }

    pub(crate) fn with_action<P: BrowserPayment>(
        payment: &P,
        credentials: &Credentials,
        action: String,
    ) -> Result<Self, InvalidRequest> {
        Ok(Self {
            action,
            fields: payment.form(credentials)?,
            card_inputs: payment.card_inputs(),
        })
    }

    /// Where the browser posts it.
    #[must_use]
    pub fn action(&self) -> &str {
        &self.action
    }

    /// The fields to hide in the page, none of them card data.
    #[must_use]
    pub fn hidden_fields(&self) -> &Form {
        &self.fields
    }

    /// The inputs for card data.
    #[must_use]
    pub fn card_inputs(&self) -> &'static [CardInput] {
        self.card_inputs
    }

    /// The hidden fields as HTML, one `<input>` a line, escaped.
    #[must_use]
    pub fn hidden_html(&self) -> String {
        let mut html = String::new();
        for (name, value) in self.fields.iter() {
            // Writing to a string cannot fail.
            let _ = writeln!(
                html,
                r#"<input type="hidden" name="{name}" value="{}">"#,
                Escaped(value)
            );
        }
        html
    }

    /// A whole plain form: hidden fields, labelled card inputs, a button. It is posted in UTF-8.
    ///
    /// Serve its page over https with `Cache-Control: no-store`, without scripts of others, and with a
    /// content security policy whose `form-action` names PayTR.
    #[must_use]
    pub fn to_html(&self, language: Language) -> String {
        let action = Escaped(&self.action);
        let mut html = format!(
            "<form action=\"{action}\" method=\"post\" accept-charset=\"utf-8\">\n{}",
            self.hidden_html()
        );
        for input in self.card_inputs {
            let mode = match input {
                CardInput::Owner => "text",
                _ => "numeric",
            };
            let _ = writeln!(
                html,
                "<label>{} <input name=\"{}\" inputmode=\"{mode}\" maxlength=\"{}\" \
                 autocomplete=\"{}\" required></label>",
                input.label(language),
                input.name(),
                input.max_length(),
                input.autocomplete(),
            );
        }
        let button = match language {
            Language::Turkish => "Öde",
            Language::English => "Pay",
        };
        let _ = writeln!(html, "<button type=\"submit\">{button}</button>\n</form>");
        html
    }
}

impl fmt::Debug for DirectForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DirectForm")
            .field("action", &self.action)
            .field("fields", &self.fields)
            .field("card_inputs", &self.card_inputs)
            .finish()
    }
}

const PAYTR: &str = "https://www.paytr.com";

/// A text inside a quoted attribute.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            match character {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                // An HTML parser reads a bare carriage return as a line feed.
                '\r' => f.write_str("&#13;")?,
                character => f.write_char(character)?,
            }
        }
        Ok(())
    }
}
