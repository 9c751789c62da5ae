//! `paytr relay`: what `paytr-relay` does.

use paytr_relay::ConfigError;
use paytr_relay::cli::Arguments;

use crate::exit::{Exit, Failure};

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    paytr_relay::cli::run(arguments).map_err(|error| {
        let exit = match error.downcast_ref::<ConfigError>() {
            Some(_) => Exit::Settings,
            None => Exit::Local,
        };
        Failure::new(exit, format!("{error:#}"))
    })
}
