use std::fmt;

use crate::commands::InvalidRequest;
use crate::inner::InnerFields;
use crate::secret::Secret;

/// A customer of eWallet: login and password, 1 to 50 characters each.
///
/// The password is the customer's `VWUserPsw`, chosen by the shop; it is not the terminal's. `Debug` shows
/// neither: the login is typically an e-mail address.
#[derive(Clone)]
pub struct Customer {
    login: Secret,
    password: Secret,
}

impl Customer {
    /// Checks and takes both.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`], which never contains a value.
    pub fn new(
        login: impl Into<String>,
        password: impl Into<String>,
    ) -> Result<Self, InvalidRequest> {
        let (login, password) = (Secret::new(login), Secret::new(password));
        check("VWUserLgn", login.expose())?;
        check("VWUserPsw", password.expose())?;
        Ok(Self { login, password })
    }

    /// The login.
    #[must_use]
    pub fn login(&self) -> &str {
        self.login.expose()
    }

    /// Both, as every list of inner fields has them.
    pub(crate) fn fields(&self, fields: InnerFields) -> InnerFields {
        fields
            .field("VWUserLgn", self.login.expose())
            .field("VWUserPsw", self.password.expose())
    }
}

fn check(field: &'static str, text: &str) -> Result<(), InvalidRequest> {
    if !(1..=50).contains(&text.chars().count()) {
        return Err(InvalidRequest::Length {
            field,
            min: 1,
            max: 50,
        });
    }
    if text.contains(';') || text.chars().any(char::is_control) {
        return Err(InvalidRequest::Shape {
            field,
            rule: "no semicolons and no control characters",
        });
    }
    Ok(())
}

impl fmt::Debug for Customer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Customer(..)")
    }
}
