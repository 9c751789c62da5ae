//! `paytr-relay check` and the other commands.

use std::process::{Command, Output};

use crate::world::{SECRET, World};

fn run(world: &World, command: &str) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_paytr-relay"));
    program.arg(command).current_dir(world.directory.path());
    program
        .env_clear()
        .envs(world.environment())
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn a_good_configuration_is_told_with_its_addresses_and_no_secret() {
    let world = World::new().await;
    world.secret(SECRET);
    world.configuration();
    let output = run(&world, "check");
    let said = text(&output.stdout);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(
        said.contains("acme: merchant 000042, Bildirim URL https://pay.example/callback/acme"),
        "{said}"
    );
    assert!(!said.contains(&SECRET[6..]));
    assert!(
        !world.directory.path().join("paytr-relay.db").exists(),
        "a check opens no database"
    );
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once() {
    let mut world = World::new().await;
    world.secret("whsec_short");
    world.top = "trusted_proxies = [\"nginx\"]\ndatabase = \"${NOWHERE}\"".to_owned();
    world.merchant = "page_minutes = 0".to_owned();
    world.configuration();
    let output = run(&world, "check");
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    for field in [
        "trusted_proxies: ",
        "database: the variable NOWHERE",
        "merchant[0].page_minutes: ",
        "merchant[0].app.secrets[0]: ",
    ] {
        assert!(said.contains(field), "{field} is not in {said}");
    }
    assert!(!said.contains("whsec_short"), "{said}");
}

#[tokio::test]
async fn a_new_secret_is_one_that_an_app_can_have() {
    let world = World::new().await;
    let output = run(&world, "secret");
    let secret = text(&output.stdout).trim();
    assert!(paytr_relay::WebhookSecret::new(secret).is_ok(), "{secret}");
}
