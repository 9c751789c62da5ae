use std::fmt;

use crate::commands::InvalidRequest;

/// A phone number: digits only, with the country code, such as `79156783333`.
#[derive(Clone, PartialEq, Eq)]
pub struct Phone(String);

impl Phone {
    /// Checks and takes a number.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`] unless it is 7 to 15 digits.
    pub fn new(number: impl Into<String>) -> Result<Self, InvalidRequest> {
        let number = number.into();
        let plain = number.bytes().all(|byte| byte.is_ascii_digit());
        if !plain || !(7..=15).contains(&number.len()) {
            return Err(InvalidRequest::Shape {
                field: "PhoneNumber",
                rule: "7 to 15 digits with the country code and without +",
            });
        }
        Ok(Self(number))
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(..)")
    }
}
