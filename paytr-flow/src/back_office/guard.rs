//! Who is let in.

use std::fmt;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConstantTimeEq as _};

use super::Head;
use crate::FlowResponse;

/// Decides who is let into the back office, and says who it is.
///
/// ```
/// use paytr_core::async_trait;
/// use paytr_flow::FlowResponse;
/// use paytr_flow::back_office::{Guard, Head, Operator};
///
/// /// The reverse proxy checks the session and says who it is; nobody else can reach the shop.
/// struct ByProxy;
///
/// #[async_trait]
/// impl Guard for ByProxy {
///     async fn admit(&self, head: &Head<'_>) -> Result<Operator, FlowResponse> {
///         let refused = || FlowResponse::new(403, "text/plain; charset=utf-8", "no".to_owned());
///         let user = (head.header)("x-authenticated-user").ok_or_else(refused)?;
///         let user = String::from_utf8(user).map_err(|_| refused())?;
///         Operator::new(user).map_err(|_| refused())
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not guard a back office",
    note = "use `BasicGuard`, or implement `paytr_flow::back_office::Guard` with `#[async_trait]` on what knows your operators"
)]
#[async_trait]
pub trait Guard: Send + Sync + 'static {
    /// Asked before every page and every form, on their heads only.
    ///
    /// # Errors
    ///
    /// What the browser gets that is not let in: a 401 with a challenge, say, or a redirect to a login.
    async fn admit(&self, head: &Head<'_>) -> Result<Operator, FlowResponse>;
}

/// Who works in the back office. The name is written into the reviews and refunds that this person decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operator(String);

impl Operator {
    /// Longest name, in characters.
    pub const MAX_LEN: usize = 100;

    /// The operator with this name: 1 to 100 characters, none of them a control character.
    ///
    /// # Errors
    ///
    /// [`OperatorError`] for any other name.
    pub fn new(name: impl Into<String>) -> Result<Self, OperatorError> {
        let name = name.into();
        let length_fits = (1..=Self::MAX_LEN).contains(&name.chars().count());
        if !length_fits || name.trim().is_empty() || name.chars().any(char::is_control) {
            return Err(OperatorError);
        }
        Ok(Self(name))
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }
}

/// The text is not an operator's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an operator's name has 1 to 100 characters and no control character")]
pub struct OperatorError;

/// Lets in who knows a name and its password, by HTTP Basic authentication. Serve it over TLS only:
/// the browser sends the password with every request. It counts no wrong tries.
#[derive(Clone)]
pub struct BasicGuard {
    users: Vec<User>,
}

#[derive(Clone)]
struct User {
    operator: Operator,
    digest: [u8; 32],
}

impl BasicGuard {
    /// Shortest password, in characters.
    pub const MIN_PASSWORD: usize = 12;

    /// The guard that knows this one operator.
    ///
    /// # Errors
    ///
    /// [`BasicGuardError`]: a password of fewer than 12 characters, or a name with a colon or that is no
    /// [`Operator`]'s.
    pub fn new(name: &str, password: &str) -> Result<Self, BasicGuardError> {
        Self { users: Vec::new() }.and(name, password)
    }

    /// The same guard that also knows another operator. Give every person a name: reviews and refunds
    /// say who decided.
    ///
    /// # Errors
    ///
    /// [`BasicGuardError`], as [`new`](Self::new), and when it knows the name already.
    pub fn and(mut self, name: &str, password: &str) -> Result<Self, BasicGuardError> {
        if password.chars().count() < Self::MIN_PASSWORD {
            return Err(BasicGuardError::Password);
        }
        let operator = Operator::new(name).map_err(|_| BasicGuardError::Name)?;
        let is_known = self.users.iter().any(|user| user.operator == operator);
        if is_known || name.contains(':') {
            return Err(BasicGuardError::Name);
        }
        let digest = digest(format!("{name}:{password}").as_bytes());
        self.users.push(User { operator, digest });
        Ok(self)
    }

    /// Whose name and password these are. It takes as long for a right one as for a wrong one.
    fn whose(&self, name_and_password: &[u8]) -> Option<&Operator> {
        let sent = digest(name_and_password);
        let mut whose = None;
        for user in &self.users {
            let same: Choice = user.digest.ct_eq(&sent);
            if same.into() {
                whose = Some(&user.operator);
            }
        }
        whose
    }
}

#[async_trait]
impl Guard for BasicGuard {
    async fn admit(&self, head: &Head<'_>) -> Result<Operator, FlowResponse> {
        let sent = (head.header)("authorization").and_then(|header| basic(&header));
        let whose = sent.and_then(|sent| self.whose(&sent));
        whose.cloned().ok_or_else(challenge)
    }
}

/// A digest makes texts of any length comparable in constant time.
fn digest(text: &[u8]) -> [u8; 32] {
    Sha256::digest(text).into()
}

/// The name and password in an `Authorization` header: RFC 7617.
fn basic(header: &[u8]) -> Option<Vec<u8>> {
    let (scheme, rest) = header.split_at_checked(6)?;
    let encoded = rest.trim_ascii();
    let is_basic = scheme.eq_ignore_ascii_case(b"basic ");
    is_basic.then(|| STANDARD.decode(encoded).ok()).flatten()
}

fn challenge() -> FlowResponse {
    let body = "401 - name and password, please".to_owned();
    FlowResponse::new(401, "text/plain; charset=utf-8", body).with_header(
        "www-authenticate",
        r#"Basic realm="back office", charset="UTF-8""#,
    )
}

impl fmt::Debug for BasicGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BasicGuard")
            .field("operators", &self.users.len())
            .finish_non_exhaustive()
    }
}

/// What a [`BasicGuard`] does not take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BasicGuardError {
    /// The password is empty or short.
    #[error("a password has at least 12 characters")]
    Password,
    /// The name is empty or long, has a colon or a control character, or is there twice.
    #[error("a name has 1 to 100 characters, no colon and no control character, and is there once")]
    Name,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_or_short_password_is_refused() {
        for (password, fits) in [
            ("", false),
            ("elevenchars", false),
            ("twelve chars", true),
            ("şifreşifreşi", true),
        ] {
            let guard = BasicGuard::new("ayse", password);
            assert_eq!(guard.is_ok(), fits, "{password}");
        }
    }

    #[test]
    fn names_are_plain_and_there_once() {
        let long = "a".repeat(101);
        for wrong in ["", " ", "a:b", "a\n", &long] {
            let guard = BasicGuard::new(wrong, "correct horse battery");
            assert_eq!(guard.err(), Some(BasicGuardError::Name), "{wrong:?}");
        }
        let guard = BasicGuard::new("ayse", "correct horse battery").unwrap();
        let twice = guard.clone().and("ayse", "another long password");
        assert_eq!(twice.err(), Some(BasicGuardError::Name));
        assert!(guard.and("mehmet", "another long password").is_ok());
    }

    #[test]
    fn each_password_is_its_own_name_s() {
        let guard = BasicGuard::new("ayse", "correct horse battery").unwrap();
        let guard = guard.and("mehmet", "another long password").unwrap();
        let whose = |text: &str| {
            let operator = guard.whose(text.as_bytes());
            operator.map(|one| one.name().to_owned())
        };
        assert_eq!(whose("ayse:correct horse battery").unwrap(), "ayse");
        assert_eq!(whose("mehmet:another long password").unwrap(), "mehmet");
        assert_eq!(whose("mehmet:correct horse battery"), None);
        assert_eq!(whose("ayse:correct horse batter"), None);
        assert_eq!(whose(""), None);
    }

    #[test]
    fn nothing_secret_is_shown() {
        let guard = BasicGuard::new("ayse", "correct horse battery").unwrap();
        assert_eq!(format!("{guard:?}"), "BasicGuard { operators: 1, .. }");
    }
}
