use std::fmt::{self, Write as _};

use crate::api::{FieldRule, Form, InvalidRequest};
use crate::{Credentials, Language};

/// A payment that the buyer's browser posts.
pub trait BrowserPayment {
    /// The path, from the root of `https://www.paytr.com`.
    const PATH: &'static str = "/odeme";

    /// The fields that `paytr_token` covers, in the order they are joined; the salt comes last.
    const SIGNED: &'static [&'static str];

    /// What PayTR takes in each field, in the order it is checked.
    const RULES: &'static [FieldRule];

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

/// An input for card data on the page. The browser posts it to PayTR; the server never sees it.
///
/// Give the inputs these names, inside the form of [`DirectForm`], and nothing on
/// the page that sends them elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CardInput {
    /// `cc_owner`: the holder's name, at most 50 characters.
    Owner,
    /// `card_number`: at most 16 digits.
    Number,
    /// `expiry_month`: `1` to `12`.
    ExpiryMonth,
    /// `expiry_year`: two digits.
    ExpiryYear,
    /// `cvv`: 3 digits, on some cards 4.
    Cvv,
}

impl CardInput {
    /// What a card that is not stored needs.
    pub const NEW_CARD: [Self; 5] = [
        Self::Owner,
        Self::Number,
        Self::ExpiryMonth,
        Self::ExpiryYear,
        Self::Cvv,
    ];

    /// The name of the input.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Owner => "cc_owner",
            Self::Number => "card_number",
            Self::ExpiryMonth => "expiry_month",
            Self::ExpiryYear => "expiry_year",
            Self::Cvv => "cvv",
        }
    }

    /// The most characters.
    #[must_use]
    pub fn max_length(self) -> u8 {
        match self {
            Self::Owner => 50,
            Self::Number => 16,
            Self::ExpiryMonth | Self::ExpiryYear => 2,
            Self::Cvv => 4,
        }
    }

    /// The `autocomplete` token with which browsers fill it in.
    #[must_use]
    pub fn autocomplete(self) -> &'static str {
        match self {
            Self::Owner => "cc-name",
            Self::Number => "cc-number",
            Self::ExpiryMonth => "cc-exp-month",
            Self::ExpiryYear => "cc-exp-year",
            Self::Cvv => "cc-csc",
        }
    }

    /// What a page calls it.
    #[must_use]
    pub fn label(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Owner, Language::Turkish) => "Kart üzerindeki ad",
            (Self::Owner, Language::English) => "Name on card",
            (Self::Number, Language::Turkish) => "Kart numarası",
            (Self::Number, Language::English) => "Card number",
            (Self::ExpiryMonth, Language::Turkish) => "Son kullanma ayı",
            (Self::ExpiryMonth, Language::English) => "Expiry month",
            (Self::ExpiryYear, Language::Turkish) => "Son kullanma yılı",
            (Self::ExpiryYear, Language::English) => "Expiry year",
            (Self::Cvv, _) => "CVV",
        }
    }
}
