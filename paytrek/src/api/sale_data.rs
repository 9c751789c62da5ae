use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::InvalidRequest;

/// Extra data of the merchant's that travel with a sale and come back with it: a JSON object.
///
/// ```
/// use paytrek::api::SaleData;
/// use std::collections::BTreeMap;
///
/// let data = SaleData::new(&BTreeMap::from([("branch", "Kadıköy")]))?;
/// assert_eq!(data.as_json(), r#"{"branch":"Kadıköy"}"#);
/// # Ok::<_, paytrek::api::InvalidRequest>(())
/// ```
#[derive(Clone)]
pub struct SaleData(Box<RawValue>);

impl SaleData {
    /// Takes anything that serialises to a JSON object.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`] when it does not.
    pub fn new(data: &impl Serialize) -> Result<Self, InvalidRequest> {
        let raw = serde_json::value::to_raw_value(data).ok();
        raw.filter(|raw| raw.get().starts_with('{'))
            .map(Self)
            .ok_or(InvalidRequest::Shape {
                field: "sale_data",
                rule: "something that serialises to a JSON object",
            })
    }

    pub(super) fn of_reply(raw: &RawValue) -> Self {
        Self(raw.to_owned())
    }

    pub(super) fn raw(&self) -> &RawValue {
        &self.0
    }

    /// The JSON text.
    #[must_use]
    pub fn as_json(&self) -> &str {
        self.0.get()
    }

    /// The data as a type of the merchant's; `None` when they have another shape.
    #[must_use]
    pub fn read<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_str(self.0.get()).ok()
    }
}

impl PartialEq for SaleData {
    fn eq(&self, other: &Self) -> bool {
        self.as_json() == other.as_json()
    }
}

impl Eq for SaleData {}

impl fmt::Debug for SaleData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SaleData(..)")
    }
}
