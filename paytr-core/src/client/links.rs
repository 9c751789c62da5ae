use super::{PaytrClient, PaytrError};
use crate::api::{
    CreateLink, CreatedLink, DeleteLinks, DeletedLinks, LinkId, SendLinkEmail, SendLinkSms,
};

impl PaytrClient {
    /// Makes a payment link. Sent once: a second try could make a second link.
    ///
    /// # Errors
    ///
    /// [`PaytrError`].
    pub async fn create_link(&self, link: &CreateLink) -> Result<CreatedLink, PaytrError> {
        self.send(link).await
    }

    /// Deletes 1 to 10 payment links.
    ///
    /// # Errors
    ///
    /// [`PaytrError`].
    pub async fn delete_links(&self, links: &[LinkId]) -> Result<DeletedLinks, PaytrError> {
        let links = links.to_vec();
        self.send(&DeleteLinks { links }).await
    }

    /// Sends a payment link to a Turkish mobile number: 11 digits that start with `05`.
    ///
    /// # Errors
    ///
    /// [`PaytrError`].
    pub async fn send_link_by_sms(&self, link: &LinkId, phone: &str) -> Result<(), PaytrError> {
        let (link, phone) = (link.clone(), phone.to_owned());
        self.send(&SendLinkSms { link, phone }).await
    }

    /// Sends a payment link to an e-mail address.
    ///
    /// # Errors
    ///
    /// [`PaytrError`].
    pub async fn send_link_by_email(&self, link: &LinkId, email: &str) -> Result<(), PaytrError> {
        let (link, email) = (link.clone(), email.to_owned());
        self.send(&SendLinkEmail { link, email }).await
    }
}
