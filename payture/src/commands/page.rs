//! What the pages of `apim` and `vwapi` have in common.

use std::net::IpAddr;

use super::InvalidRequest;
use super::receipts::Cheque;
use crate::inner::{ExtraFields, InnerFields};
use crate::values::{DisplayTotal, Phone, ReturnUrl};

/// What a page shows and where it leads.
#[derive(Clone, Default)]
pub(super) struct PageDetails {
    pub(super) ip: Option<IpAddr>,
    pub(super) product: Option<String>,
    pub(super) total: Option<DisplayTotal>,
    pub(super) phone: Option<Phone>,
    pub(super) description: Option<String>,
    pub(super) return_url: Option<ReturnUrl>,
    pub(super) template_tag: Option<String>,
    pub(super) language: Option<String>,
    pub(super) cheque: Option<Cheque>,
    pub(super) extras: ExtraFields,
}

impl PageDetails {
    /// Adds them. The interfaces call the phone differently.
    pub(super) fn add_to(
        &self,
        fields: InnerFields,
        phone: &'static str,
        reserved: &[&'static str],
    ) -> Result<InnerFields, InvalidRequest> {
        Ok(fields
            .optional("IP", self.ip.map(|ip| ip.to_string()))
            .optional("Product", self.product.as_deref())
            .optional("Total", self.total.as_ref().map(DisplayTotal::as_str))
            .optional(phone, self.phone.as_ref().map(Phone::as_str))
            .optional("Description", self.description.as_deref())
            .optional("Url", self.return_url.as_ref().map(ReturnUrl::as_str))
            .optional("TemplateTag", self.template_tag.as_deref())
            .optional("Language", self.language.as_deref())
            .base64("Cheque", Cheque::encoded(self.cheque.as_ref())?)
            .extras(&self.extras, reserved))
    }
}

/// The setters of a command with `details`.
macro_rules! page_setters {
    () => {
        /// The customer's address. Older pages demand it: send it when it is known.
        #[must_use]
        pub fn ip(mut self, ip: std::net::IpAddr) -> Self {
            self.details.ip = Some(ip);
            self
        }

        /// What is bought, as the page shows it.
        #[must_use]
        pub fn product(mut self, product: impl Into<String>) -> Self {
            self.details.product = Some(product.into());
            self
        }

        /// The amount as the page shows it. Nothing is charged by it.
        #[must_use]
        pub fn total(mut self, total: $crate::DisplayTotal) -> Self {
            self.details.total = Some(total);
            self
        }

        /// The customer's phone.
        #[must_use]
        pub fn phone(mut self, phone: $crate::Phone) -> Self {
            self.details.phone = Some(phone);
            self
        }

        /// A description, as the page shows it.
        #[must_use]
        pub fn description(mut self, description: impl Into<String>) -> Self {
            self.details.description = Some(description.into());
            self
        }

        /// Where the browser goes afterwards.
        #[must_use]
        pub fn return_url(mut self, url: $crate::ReturnUrl) -> Self {
            self.details.return_url = Some(url);
            self
        }

        /// Which template the page uses.
        #[must_use]
        pub fn template_tag(mut self, tag: impl Into<String>) -> Self {
            self.details.template_tag = Some(tag.into());
            self
        }

        /// The page's language.
        #[must_use]
        pub fn language(mut self, language: impl Into<String>) -> Self {
            self.details.language = Some(language.into());
            self
        }

        /// The receipt.
        #[must_use]
        pub fn cheque(mut self, cheque: $crate::commands::receipts::Cheque) -> Self {
            self.details.cheque = Some(cheque);
            self
        }

        /// More pairs for the template or the antifraud.
        #[must_use]
        pub fn extra_fields(mut self, extras: $crate::ExtraFields) -> Self {
            self.details.extras = extras;
            self
        }
    };
}

pub(crate) use page_setters;
