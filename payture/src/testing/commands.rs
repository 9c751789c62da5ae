//! The commands of `api` and `apim`, and those that all interfaces share.

use super::bank::{Tried, refund};
use super::book::{Attempted, Book, Order, Stage, announce};
use super::cards::{Step, TestCard};
use super::wire::{Fields, Xml};
use crate::Interface;
use crate::settlement::Event;
use crate::states::State;
use crate::values::random_guid;

/// An answer, and whether it takes as long as a slow card wants.
pub(super) struct Carried {
    pub(super) xml: Xml,
    pub(super) stalls: bool,
}

impl From<Xml> for Carried {
    fn from(xml: Xml) -> Self {
        Self { xml, stalls: false }
    }
}

/// A code that refuses.
pub(super) type Refused = &'static str;

impl Book {
    /// Carries a command out.
    pub(super) fn carry_out(
        &mut self,
        interface: Interface,
        command: &str,
        fields: &Fields,
    ) -> Carried {
        let done = match (interface, command) {
            (_, "Charge") => self.charge(interface, fields),
            (_, "Unblock") => self.unblock(interface, fields),
            (_, "Refund") => self.refund(interface, fields),
            (_, "GetState") => self.get_state(fields).map(Carried::from),
            (Interface::InPay | Interface::EWallet, "PayStatus") => {
                self.pay_status(interface, fields).map(Carried::from)
            }
            (Interface::Api, "Pay") => self.api_pay(command, Stage::Pay, fields),
            (Interface::Api, "Block") => self.api_pay(command, Stage::Block, fields),
            (Interface::Api, "Pay3DS" | "Block3DS") => self.finish_3ds(command, fields),
            (Interface::Api, "MobilePay" | "MobileBlock" | "ApplePay" | "AndroidPay") => {
                self.mobile(command, fields)
            }
            (Interface::InPay, "Init") => self.inpay_init(fields).map(Carried::from),
            (Interface::EWallet, _) => self.wallet(command, fields),
            _ => Err("WRONG_PARAMS"),
        };
        done.unwrap_or_else(|code| {
            let failure = Xml::failure(command, code);
            match fields.get("OrderId") {
                Some(order) => failure.with("OrderId", order).into(),
                None => failure.into(),
            }
        })
    }

    /// The terminal that the field names, if there is one.
    pub(super) fn terminal(&self, fields: &Fields, field: &str) -> Result<String, Refused> {
        let name = fields.get(field).ok_or("ACCESS_DENIED")?;
        if self.terminals.contains_key(name) {
            Ok(name.to_owned())
        } else {
            Err("ACCESS_DENIED")
        }
    }

    pub(super) fn check_password(&self, terminal: &str, fields: &Fields) -> Result<(), Refused> {
        let known = self.terminals.get(terminal).map(String::as_str);
        if known.is_some() && known == fields.get("Password") {
            Ok(())
        } else {
            Err("ACCESS_DENIED")
        }
    }

    fn order_of(&mut self, terminal: &str, fields: &Fields) -> Result<&mut Order, Refused> {
        let id = fields.get("OrderId").ok_or("WRONG_PARAMS")?;
        self.order(terminal, id).ok_or("ORDER_NOT_FOUND")
    }

    pub(super) fn open_order(&mut self, order: Order) -> Result<(), Refused> {
        if order.id.chars().count() > 50 {
            return Err("WRONG_PARAMS");
        }
        if self.order(&order.terminal, &order.id).is_some() {
            return Err("DUPLICATE_ORDER_ID");
        }
        self.orders.push(order);
        Ok(())
    }

    fn charge(&mut self, interface: Interface, fields: &Fields) -> Result<Carried, Refused> {
        let terminal = self.terminal(fields, interface.terminal_field())?;
        if interface.hold_needs_password() {
            self.check_password(&terminal, fields)?;
        }
        let amount = fields.amount("Amount");
        let order = self.order_of(&terminal, fields)?;
        if order.state != State::Authorized {
            return Err("ILLEGAL_ORDER_STATE");
        }
        let amount = amount.unwrap_or(order.amount);
        if amount > order.amount {
            return Err("AMOUNT_ERROR");
        }
        if order.card.is_some_and(|card| card.fails_at(Step::Charge)) {
            return Err("PROCESSING_ERROR");
        }
        order.state = State::Charged;
        order.amount = amount;
        let stalls = order.card.is_some_and(|card| card.stalls_at(Step::Charge));
        let told = announce(order, Event::EngineChargeSuccess, "NONE");
        let xml = Xml::success("Charge")
            .with("OrderId", &order.id)
            .number("Amount", amount);
        self.outbox.push(told);
        Ok(Carried { xml, stalls })
    }

    fn unblock(&mut self, interface: Interface, fields: &Fields) -> Result<Carried, Refused> {
        let terminal = self.terminal(fields, interface.terminal_field())?;
        if interface.hold_needs_password() {
            self.check_password(&terminal, fields)?;
        }
        let order = self.order_of(&terminal, fields)?;
        if order.state != State::Authorized {
            return Err("ILLEGAL_ORDER_STATE");
        }
        if order.card.is_some_and(|card| card.fails_at(Step::Unblock)) {
            return Err("PROCESSING_ERROR");
        }
        order.state = State::Voided;
        let stalls = order.card.is_some_and(|card| card.stalls_at(Step::Unblock));
        let told = announce(order, Event::EngineUnblockSuccess, "NONE");
        let xml = Xml::success("Unblock")
            .with("OrderId", &order.id)
            .number("NewAmount", 0);
        self.outbox.push(told);
        Ok(Carried { xml, stalls })
    }

    fn refund(&mut self, interface: Interface, outer: &Fields) -> Result<Carried, Refused> {
        let terminal = self.terminal(outer, interface.terminal_field())?;
        let inner = outer.inner("DATA");
        let fields = match interface {
            Interface::EWallet => inner.as_ref().ok_or("WRONG_PARAMS")?,
            _ => outer,
        };
        self.check_password(&terminal, fields)?;
        let amount = match fields.get("Amount") {
            Some(_) => Some(fields.amount("Amount").ok_or("AMOUNT_ERROR")?),
            None => None,
        };
        let order = self.order_of(&terminal, fields)?;
        if order.card.is_some_and(|card| card.fails_at(Step::Refund)) {
            return Err("PROCESSING_ERROR");
        }
        let left = refund(order, amount)?;
        let stalls = order.card.is_some_and(|card| card.stalls_at(Step::Refund));
        let told = announce(order, Event::EngineRefundSuccess, "NONE");
        let xml = Xml::success("Refund")
            .with("OrderId", &order.id)
            .number("NewAmount", left);
        self.outbox.push(told);
        let xml = match interface {
            Interface::EWallet => xml.with("VWUserLgn", ""),
            _ => xml,
        };
        Ok(Carried { xml, stalls })
    }

    fn get_state(&mut self, fields: &Fields) -> Result<Xml, Refused> {
        // In Key on all three interfaces, on vwapi too.
        let terminal = self.terminal(fields, "Key")?;
        let order = self.order_of(&terminal, fields)?;
        let id = order.answers_as.as_deref().unwrap_or(&order.id);
        let contract = order.contract.as_deref().unwrap_or(&terminal);
        let xml = Xml::success("GetState")
            .with("OrderId", id)
            .with("State", order.state.as_str())
            .with("Forwarded", if order.forwarded { "True" } else { "False" })
            .with("MerchantContract", contract)
            .number("Amount", order.amount)
            .with("RRN", "");
        Ok(match (&order.customer, order.card) {
            (Some(login), Some(card)) => xml
                .with("VWUserLgn", login)
                .with("PANMask", card.mask())
                .with("CardId", "FreePay"),
            _ => xml,
        })
    }

    fn pay_status(&mut self, interface: Interface, outer: &Fields) -> Result<Xml, Refused> {
        let terminal = self.terminal(outer, interface.terminal_field())?;
        let inner = outer.inner("DATA");
        let fields = match interface {
            Interface::EWallet => inner.as_ref().ok_or("WRONG_PARAMS")?,
            _ => outer,
        };
        let order = self.order_of(&terminal, fields)?;
        if order.state == State::New {
            return Ok(Xml::failure("PayStatus", "NONE").with("OrderId", &order.id));
        }
        let name = if interface == Interface::EWallet {
            "Status"
        } else {
            "State"
        };
        Ok(Xml::success("PayStatus")
            .with("OrderId", &order.id)
            .with(name, order.state.as_str())
            .with("Forwarded", "False")
            .number("Amount", order.amount))
    }

    fn api_pay(
        &mut self,
        command: &str,
        stage: Stage,
        fields: &Fields,
    ) -> Result<Carried, Refused> {
        let terminal = self.terminal(fields, "Key")?;
        let info = fields.inner("PayInfo").ok_or("WRONG_PAY_INFO")?;
        let amount = fields.amount("Amount").ok_or("AMOUNT_ERROR")?;
        let id = fields.text("OrderId").ok_or("WRONG_PARAMS")?;
        if info.amount("Amount") != Some(amount) || info.get("OrderId") != Some(&id) {
            return Err("WRONG_PAY_INFO");
        }
        let number = info.text("PAN").ok_or("WRONG_PAY_INFO")?;
        if ["EMonth", "EYear", "CardHolder"]
            .iter()
            .any(|name| info.get(name).is_none())
        {
            return Err("WRONG_PAY_INFO");
        }
        self.open_order(Order::new(&terminal, &id, Interface::Api, stage, amount))?;
        let tried = self.try_card(&terminal, &id, &number, info.get("SecureCode"));
        self.tried(command, &terminal, &id, tried)
    }

    /// The answer to a card that was tried.
    pub(super) fn tried(
        &mut self,
        command: &str,
        terminal: &str,
        id: &str,
        tried: Tried,
    ) -> Result<Carried, Refused> {
        let order = self.order(terminal, id).ok_or("ORDER_NOT_FOUND")?;
        let (amount, card) = (order.amount, order.card);
        let xml = match tried {
            Tried::Declined(code) => return Err(code),
            Tried::Accepted => Xml::success(command)
                .with("OrderId", id)
                .with("Key", terminal)
                .number("Amount", amount)
                .child("AddInfo", &[("Key", "PANMask"), ("Value", &mask(card))])
                .child("AddInfo", &[("Key", "BankCity"), ("Value", "")]),
            Tried::Challenge(md) => self.challenge_answer(command, &md).with("OrderId", id),
        };
        let stalls = card.is_some_and(|card| card.stalls_at(Step::Block));
        Ok(Carried { xml, stalls })
    }

    fn finish_3ds(&mut self, command: &str, fields: &Fields) -> Result<Carried, Refused> {
        let terminal = self.terminal(fields, "Key")?;
        let id = fields.text("OrderId").ok_or("WRONG_PARAMS")?;
        let pa_res = fields.text("PaRes").ok_or("WRONG_PARAMS")?;
        if self.order_of(&terminal, fields)?.state != State::PreAuthorized3ds {
            return Err("ILLEGAL_ORDER_STATE");
        }
        let ended = self.end_attempt(&pa_res, |attempt| match &attempt.what {
            Attempted::Payment {
                terminal: known,
                order,
            } => *known == terminal && *order == id,
            Attempted::Card { .. } => false,
        });
        let tried = self.ended(&terminal, &id, ended.map(|(_, yes)| yes));
        self.tried(command, &terminal, &id, tried)
    }

    /// What the bank's word does to an order.
    pub(super) fn ended(&mut self, terminal: &str, id: &str, yes: Option<bool>) -> Tried {
        match yes {
            Some(true) => {
                self.accept(terminal, id);
                Tried::Accepted
            }
            Some(false) => self.decline(terminal, id, "THREE_DS_USER_AUTH_FAIL"),
            None => self.decline(terminal, id, "AUTHENTICATION_ERROR"),
        }
    }

    fn mobile(&mut self, command: &str, fields: &Fields) -> Result<Carried, Refused> {
        let terminal = self.terminal(fields, "Key")?;
        let id = fields.text("OrderId").ok_or("WRONG_PARAMS")?;
        fields.get("PayToken").ok_or("WRONG_PARAMS")?;
        let amount = fields.amount("Amount").ok_or("AMOUNT_ERROR")?;
        let holds = command == "MobileBlock" || fields.get("Method") == Some("BLOCK");
        let stage = if holds { Stage::Block } else { Stage::Pay };
        self.open_order(Order::new(&terminal, &id, Interface::Api, stage, amount))?;
        let tried = self.try_card(&terminal, &id, TestCard::SUCCESS.number(), None);
        self.tried(command, &terminal, &id, tried)
    }

    fn inpay_init(&mut self, fields: &Fields) -> Result<Xml, Refused> {
        let terminal = self.terminal(fields, "Key")?;
        let data = fields.inner("Data").ok_or("WRONG_PARAMS")?;
        let stage = match data.get("SessionType") {
            Some("Pay") => Stage::Pay,
            Some("Block") => Stage::Block,
            _ => return Err("WRONG_PARAMS"),
        };
        self.init_order(&terminal, Interface::InPay, stage, &data)
    }

    /// Opens an order with a page.
    pub(super) fn init_order(
        &mut self,
        terminal: &str,
        interface: Interface,
        stage: Stage,
        data: &Fields,
    ) -> Result<Xml, Refused> {
        let id = data.get("OrderId").ok_or("WRONG_PARAMS")?;
        let amount = data.amount("Amount").ok_or("AMOUNT_ERROR")?;
        let session = random_guid();
        let order = Order {
            session: Some(session.clone()),
            return_url: data.text("Url"),
            product: data.text("Product"),
            customer: data.text("VWUserLgn"),
            ..Order::new(terminal, id, interface, stage, amount)
        };
        self.open_order(order)?;
        Ok(Xml::success("Init")
            .with("OrderId", id)
            .number("Amount", amount)
            .with("SessionId", session))
    }
}

pub(super) fn mask(card: Option<TestCard>) -> String {
    card.map(|card| card.mask()).unwrap_or_default()
}
