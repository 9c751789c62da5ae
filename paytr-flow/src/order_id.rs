//! Order ids: a prefix of the shop and random letters and digits, always of one length.

use paytr_core::{IdForm, MerchantOid};

use crate::FlowConfigError;

/// Makes and recognises the order ids of this flow.
#[derive(Debug, Clone)]
pub(crate) struct OrderIds(IdForm);

impl OrderIds {
    pub(crate) fn new(prefix: &str) -> Result<Self, FlowConfigError> {
        let form = IdForm::new(prefix).map_err(|_| FlowConfigError::OrderPrefix)?;
        Ok(Self(form))
    }

    /// A new id.
    pub(crate) fn make(&self) -> MerchantOid {
        #[expect(clippy::expect_used, reason = "a form makes letters and digits only")]
        MerchantOid::new(&self.0.make()).expect("32 letters and digits")
    }

    /// The id in a text from outside, if it has the shape of this flow's ids.
    pub(crate) fn recognise(&self, text: &str) -> Option<MerchantOid> {
        let ours = self.0.fits(text);
        ours.then(|| MerchantOid::new(text).ok()).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_own_ids_are_recognised_and_those_of_another_prefix_are_not() {
        let ids = OrderIds::new("SHOP").unwrap();
        let id = ids.make();
        assert_eq!(ids.recognise(id.as_str()), Some(id.clone()));
        let links = OrderIds::new("LINK").unwrap();
        assert_eq!(links.recognise(id.as_str()), None);
        assert!(OrderIds::new("SHOP1").is_err());
    }
}
