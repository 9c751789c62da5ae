//! Credentials and addresses, from the environment and a `.env` file.

use std::collections::HashMap;
use std::env;
use std::path::PathBuf;

use paytr_core::Credentials;
use paytr_core::client::BaseUrl;
use paytr_core::credentials::CredentialsError;
use zeroize::Zeroizing;

use crate::exit::{Exit, Failure};

pub(crate) const MERCHANT_ID: &str = "PAYTR_MERCHANT_ID";
pub(crate) const MERCHANT_KEY: &str = "PAYTR_MERCHANT_KEY";
pub(crate) const MERCHANT_SALT: &str = "PAYTR_MERCHANT_SALT";
pub(crate) const BASE_URL: &str = "PAYTR_BASE_URL";

pub(crate) const DATABASE_URL: &str = "DATABASE_URL";

const NAMES: [&str; 5] = [
    MERCHANT_ID,
    MERCHANT_KEY,
    MERCHANT_SALT,
    BASE_URL,
    DATABASE_URL,
];

/// What every command that signs or sends needs. Has no `Debug`: it holds secrets.
pub(crate) struct Settings {
    pub(crate) credentials: Credentials,
    pub(crate) base_url: BaseUrl,
    pub(crate) secrets: Secrets,
}

/// Key and salt as texts, for the command that tries what somebody may have done wrong with them.
pub(crate) struct Secrets {
    pub(crate) key: Zeroizing<String>,
    pub(crate) salt: Zeroizing<String>,
}

impl Settings {
    /// What [`read`](Self::read) gives, or nothing when no credential is set at all.
    pub(crate) fn read_if_any() -> Result<Option<Self>, Failure> {
        let found = Values::read()?.found;
        let credentials = [MERCHANT_ID, MERCHANT_KEY, MERCHANT_SALT];
        if credentials.iter().any(|name| found.contains_key(name)) {
            return Self::read().map(Some);
        }
        Ok(None)
    }

    /// Reads the environment, and for what is not set there the nearest `.env` file of the working
    /// directory and its parents.
    pub(crate) fn read() -> Result<Self, Failure> {
        let mut values = Values::read()?;
        let missing: Vec<_> = [MERCHANT_ID, MERCHANT_KEY, MERCHANT_SALT]
            .into_iter()
            .filter(|name| !values.found.contains_key(name))
            .collect();
        if !missing.is_empty() {
            return Err(values.missing(&missing));
        }
        let id = values.take(MERCHANT_ID);
        let secrets = Secrets {
            key: values.take(MERCHANT_KEY),
            salt: values.take(MERCHANT_SALT),
        };
        let credentials = Credentials::new(&*id, secrets.key.as_str(), secrets.salt.as_str());
        let credentials = credentials.map_err(wrong_credentials)?;
        let base_url = match values.found.remove(BASE_URL) {
            None => BaseUrl::default(),
            Some(text) => BaseUrl::new(&text).map_err(|error| {
                Failure::new(
                    Exit::Settings,
                    format!("{BASE_URL} cannot be used: {error}"),
                )
            })?,
        };
        Ok(Self {
            credentials,
            base_url,
            secrets,
        })
    }
}

/// The address of PayTR, or of a sandbox, if it is set.
pub(crate) fn base_url() -> Result<Option<String>, Failure> {
    let url = Values::read()?.found.remove(BASE_URL);
    Ok(url.map(|url| url.to_string()))
}

/// Where the shop's ledger is, if it is set. It may hold a password.
pub(crate) fn database_url() -> Result<Option<Zeroizing<String>>, Failure> {
    Ok(Values::read()?.found.remove(DATABASE_URL))
}

/// The values found so far.
struct Values {
    found: HashMap<&'static str, Zeroizing<String>>,
    file: Option<PathBuf>,
}

impl Values {
    fn read() -> Result<Self, Failure> {
        let mut values = Self {
            found: HashMap::new(),
            file: None,
        };
        for name in NAMES {
            match env::var(name) {
                Ok(value) => {
                    values.found.insert(name, Zeroizing::new(value));
                }
                Err(env::VarError::NotPresent) => {}
                Err(env::VarError::NotUnicode(_)) => {
                    let text = format!("{name} is not UTF-8 text");
                    return Err(Failure::new(Exit::Settings, text));
                }
            }
        }
        if values.found.len() < NAMES.len() {
            values.add_file()?;
        }
        Ok(values)
    }

    /// Takes what the environment does not have from the `.env` file.
    fn add_file(&mut self) -> Result<(), Failure> {
        let Some(path) = dotenv_path() else {
            return Ok(());
        };
        // The errors of the reader show the line they stopped at, which may be a secret.
        let unreadable = |_| {
            let text = format!("{} cannot be read: lines are NAME=value", path.display());
            Failure::new(Exit::Settings, text)
        };
        let lines = dotenvy::from_path_iter(&path).map_err(unreadable)?;
        for line in lines {
            let (name, value) = line.map_err(unreadable)?;
            let value = Zeroizing::new(value);
            if let Some(known) = NAMES.into_iter().find(|known| *known == name) {
                self.found.entry(known).or_insert(value);
            }
        }
        self.file = Some(path);
        Ok(())
    }

    fn take(&mut self, name: &'static str) -> Zeroizing<String> {
        self.found.remove(name).unwrap_or_default()
    }

    fn missing(&self, names: &[&str]) -> Failure {
        let place = match &self.file {
            Some(path) => format!("neither in the environment nor in {}", path.display()),
            None => "not in the environment, and there is no .env file here or above".to_owned(),
        };
        let text = format!(
            "{} missing: {place}\n  The values are in PayTR's merchant panel under Destek & \
             Kurulum > Entegrasyon Bilgileri.\n  They are never taken from arguments.",
            names.join(", ")
        );
        Failure::new(Exit::Settings, text)
    }
}

/// The nearest `.env` file, as dotenvy looks for it.
fn dotenv_path() -> Option<PathBuf> {
    let here = env::current_dir().ok()?;
    let mut files = here.ancestors().map(|folder| folder.join(".env"));
    files.find(|file| file.is_file())
}

fn wrong_credentials(error: CredentialsError) -> Failure {
    let text = error
        .to_string()
        .replace("merchant_id", MERCHANT_ID)
        .replace("merchant_key", MERCHANT_KEY)
        .replace("merchant_salt", MERCHANT_SALT);
    Failure::new(Exit::Settings, text)
}
