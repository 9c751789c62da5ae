use crate::commands::InvalidRequest;
use crate::settlement::{HintError, fields_of};
use crate::values::{PaRes, ThreeDsKey};

/// What the browser posted to the shop's `TermUrl`: the bank's word, still to be checked by Payture.
///
/// It may be forged or replayed. Find the order by the key in your own records, use that record once,
/// and let Payture decide.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ThreeDsReturn {
    /// Which attempt: the key of a [`Challenge`](super::Challenge).
    pub key: ThreeDsKey,
    /// The bank's word.
    pub pa_res: PaRes,
}

impl ThreeDsReturn {
    /// Reads the posted form: `MD` and `PaRes`, each once.
    ///
    /// # Errors
    ///
    /// [`HintError`] when a field is missing, comes twice, or cannot be one.
    pub fn parse(body: &[u8]) -> Result<Self, HintError> {
        let fields = fields_of(body)?;
        let field = |name| {
            let mut values = fields.iter().filter(|(known, _)| known == name);
            values
                .next()
                .map(|(_, value)| value.clone())
                .ok_or(HintError::Missing { name })
        };
        let unusable = |name| move |_: InvalidRequest| HintError::Value { name };
        Ok(Self {
            key: ThreeDsKey::new(field("MD")?).map_err(unusable("MD"))?,
            // A line of base64 may arrive wrapped.
            pa_res: PaRes::new(field("PaRes")?.replace(['\r', '\n'], ""))
                .map_err(unusable("PaRes"))?,
        })
    }
}
