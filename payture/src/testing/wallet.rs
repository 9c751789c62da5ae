//! The commands of eWallet: customers and cards.

use super::book::{
    Attempted, Book, CardSession, Customer, Order, Stage, StoredCard, announce_card,
};
use super::cards::{Acts, TestCard};
use super::commands::{Carried, Refused};
use super::wire::{Fields, Xml};
use crate::Interface;
use crate::values::random_guid;

/// The small amount that is held on a card to activate it, in minor units.
const ACTIVATION: u64 = 101;

impl Book {
    pub(super) fn wallet(&mut self, command: &str, outer: &Fields) -> Result<Carried, Refused> {
        if let "PaySubmit3DS" | "AddSubmit3DS" = command {
            return self.submit_3ds(command, outer);
        }
        let terminal = self.terminal(outer, "VWID")?;
        let data = outer.inner("DATA").ok_or("WRONG_PARAMS")?;
        let login = data.text("VWUserLgn").ok_or("WRONG_USER_PARAMS")?;
        match command {
            "Register" => return self.register(&terminal, &login, &data).map(Carried::from),
            "Delete" => {
                self.check_password(&terminal, &data)?;
                self.customer(&terminal, &login).ok_or("USER_NOT_FOUND")?;
                self.customers
                    .retain(|known| known.terminal != terminal || known.login != login);
                return Ok(Xml::success("Delete").with("VWUserLgn", login).into());
            }
            _ => {}
        }
        let customer = self.customer(&terminal, &login).ok_or("USER_NOT_FOUND")?;
        if data.get("VWUserPsw") != Some(&customer.password) {
            return Err("WRONG_USER_PARAMS");
        }
        match command {
            "Update" | "Check" => Ok(Xml::success(command).with("VWUserLgn", login).into()),
            "GetList" => Ok(list(customer).into()),
            "Activate" | "Remove" | "SendCode" => {
                change_card(command, customer, &data).map(Carried::from)
            }
            "Add" => self.add(&terminal, &login, &data).map(Carried::from),
            "Init" => self
                .wallet_init(&terminal, &login, &data)
                .map(Carried::from),
            "Pay" => self.wallet_pay(&terminal, &login, &data),
            _ => Err("WRONG_PARAMS"),
        }
    }

    fn register(&mut self, terminal: &str, login: &str, data: &Fields) -> Result<Xml, Refused> {
        let password = data.text("VWUserPsw").ok_or("WRONG_USER_PARAMS")?;
        if self.customer(terminal, login).is_some() {
            return Err("DUPLICATE_USER");
        }
        self.customers.push(Customer {
            terminal: terminal.to_owned(),
            login: login.to_owned(),
            password,
            cards: Vec::new(),
        });
        Ok(Xml::success("Register").with("VWUserLgn", login))
    }

    fn add(&mut self, terminal: &str, login: &str, data: &Fields) -> Result<Xml, Refused> {
        let number = data.get("CardNumber").ok_or("WRONG_CARD_INFO")?;
        let card = TestCard::find(number).ok_or("WRONG_CARD_PAN")?;
        if data
            .get("SecureCode")
            .is_some_and(|code| code != TestCard::CODE)
        {
            return Err("WRONG_CVV");
        }
        let holder = data.text("CardHolder").ok_or("WRONG_CARDHOLDER")?;
        let customer = self.customer(terminal, login).ok_or("USER_NOT_FOUND")?;
        if let Some(known) = customer.cards.iter().find(|known| known.card == card) {
            return Ok(Xml::failure("Add", "DUPLICATE_CARD")
                .with("VWUserLgn", login)
                .with("CardId", &known.id));
        }
        match card.acts {
            Acts::Declines(code) => Err(code),
            Acts::Authenticates => {
                let md = self.challenge(Attempted::Card {
                    terminal: terminal.to_owned(),
                    login: login.to_owned(),
                    card,
                    holder,
                });
                let answer = self.challenge_answer("Add", &md).with("VWUserLgn", login);
                Ok(answer.with("CardName", card.mask()))
            }
            _ => self.store_card(terminal, login, card, &holder, "Add"),
        }
    }

    /// Stores a card that was typed on the page of a session.
    pub(super) fn add_on_page(&mut self, session: &str, number: &str) -> Option<(String, bool)> {
        let session = self.sessions.iter().find(|known| known.id == session)?;
        let (terminal, login) = (session.terminal.clone(), session.login.clone());
        let return_url = session.return_url.clone().unwrap_or_default();
        let card = TestCard::find(number)
            .filter(|card| matches!(card.acts, Acts::Succeeds | Acts::Authenticates));
        if let Some(card) = card {
            let stored = self.store_card(&terminal, &login, card, "TEST", "Add");
            stored.ok()?;
        } else {
            let told = announce_card(&terminal, &login, None);
            self.outbox.push(told);
        }
        Some((return_url, card.is_some()))
    }

    fn wallet_init(&mut self, terminal: &str, login: &str, data: &Fields) -> Result<Xml, Refused> {
        let stage = match data.get("SessionType") {
            Some("Pay") => Stage::Pay,
            Some("Block") => Stage::Block,
            Some("Add") => {
                let id = random_guid();
                self.sessions.push(CardSession {
                    id: id.clone(),
                    terminal: terminal.to_owned(),
                    login: login.to_owned(),
                    return_url: data.text("Url"),
                });
                return Ok(Xml::success("Init").with("SessionId", id));
            }
            _ => return Err("WRONG_PARAMS"),
        };
        self.init_order(terminal, Interface::EWallet, stage, data)
    }

    fn wallet_pay(
        &mut self,
        terminal: &str,
        login: &str,
        data: &Fields,
    ) -> Result<Carried, Refused> {
        let id = data.text("OrderId").ok_or("WRONG_PARAMS")?;
        let amount = data.amount("Amount").ok_or("AMOUNT_ERROR")?;
        let code = data.text("SecureCode");
        let number = match data.get("CardId").ok_or("CARD_NOT_FOUND")? {
            "FreePay" if data.get("PayToken").is_some() => TestCard::SUCCESS.number(),
            "FreePay" => data.get("CardNumber").ok_or("WRONG_CARD_INFO")?,
            stored => {
                let customer = self.customer(terminal, login).ok_or("USER_NOT_FOUND")?;
                let card = customer.cards.iter().find(|known| known.id == stored);
                let card = card.ok_or("CARD_NOT_FOUND")?;
                // Without a code the card must be active.
                if code.is_none() && !card.active {
                    return Err("WRONG_CARD_INFO");
                }
                card.card.number()
            }
        };
        let stage = match data.get("SessionType") {
            Some("Block") => Stage::Block,
            _ => Stage::Pay,
        };
        let order = Order {
            customer: Some(login.to_owned()),
            ..Order::new(terminal, &id, Interface::EWallet, stage, amount)
        };
        self.open_order(order)?;
        let tried = self.try_card(terminal, &id, number, code.as_deref());
        self.tried("Pay", terminal, &id, tried)
    }

    /// Stores a card, and whoever wants to know is told.
    fn store_card(
        &mut self,
        terminal: &str,
        login: &str,
        card: TestCard,
        holder: &str,
        command: &str,
    ) -> Result<Xml, Refused> {
        let customer = self.customer(terminal, login).ok_or("USER_NOT_FOUND")?;
        let (id, mask) = (random_guid(), card.mask());
        // The most recently used card comes first.
        customer.cards.insert(
            0,
            StoredCard {
                id: id.clone(),
                card,
                holder: holder.to_owned(),
                active: false,
            },
        );
        let told = announce_card(terminal, login, Some((&id, &mask)));
        self.outbox.push(told);
        Ok(Xml::success(command)
            .with("VWUserLgn", login)
            .with("CardName", mask)
            .with("CardId", id))
    }

    /// There is no terminal in it: `MD` names the attempt.
    fn submit_3ds(&mut self, command: &str, fields: &Fields) -> Result<Carried, Refused> {
        let md = fields.get("MD").ok_or("WRONG_PARAMS")?;
        let pa_res = fields.get("PaRes").ok_or("WRONG_PARAMS")?;
        let ended = self.end_attempt(pa_res, |attempt| attempt.md == md);
        match (command, ended.ok_or("ILLEGAL_ORDER_STATE")?) {
            ("PaySubmit3DS", (Attempted::Payment { terminal, order }, yes)) => {
                let tried = self.ended(&terminal, &order, Some(yes));
                self.tried(command, &terminal, &order, tried)
            }
            (
                "AddSubmit3DS",
                (
                    Attempted::Card {
                        terminal,
                        login,
                        card,
                        holder,
                    },
                    true,
                ),
            ) => {
                let stored = self.store_card(&terminal, &login, card, &holder, command);
                stored.map(Carried::from)
            }
            ("AddSubmit3DS", (Attempted::Card { .. }, false)) => Err("THREE_DS_USER_AUTH_FAIL"),
            _ => Err("WRONG_PARAMS"),
        }
    }
}

fn list(customer: &Customer) -> Xml {
    let answer = Xml::success("GetList").with("VWUserLgn", &customer.login);
    customer.cards.iter().take(20).fold(answer, |answer, card| {
        let status = if card.active { "IsActive" } else { "NotActive" };
        answer.child(
            "Item",
            &[
                ("CardName", &card.card.mask()),
                ("CardId", &card.id),
                ("CardHolder", &card.holder),
                ("Status", status),
                ("NoCVV", if card.active { "true" } else { "false" }),
                ("Expired", "false"),
            ],
        )
    })
}

fn change_card(command: &str, customer: &mut Customer, data: &Fields) -> Result<Xml, Refused> {
    let id = data.get("CardId").ok_or("CARD_NOT_FOUND")?;
    let card = customer.cards.iter_mut().find(|card| card.id == id);
    let card = card.ok_or("CARD_NOT_FOUND")?;
    match command {
        "Activate" if data.amount("Amount") != Some(ACTIVATION) => {
            return Err("WRONG_AUTHORIZATION_CODE");
        }
        "Activate" => card.active = true,
        "Remove" => customer.cards.retain(|card| card.id != id),
        _ => {}
    }
    Ok(Xml::success(command)
        .with("VWUserLgn", &customer.login)
        .with("CardId", id))
}
