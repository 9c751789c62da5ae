use super::data_form;
use crate::answer::{Answer, AnswerError};
use crate::commands::command::debug_by_order;
use crate::commands::{Command, Effect, InvalidRequest};
use crate::inner::InnerFields;
use crate::replies::CustomerReply;
use crate::values::{Customer, Phone};
use crate::{Form, Interface, Terminal};

macro_rules! customer_command {
    ($name:ident, $effect:ident) => {
        debug_by_order!($name);

        impl Command for $name {
            type Reply = CustomerReply;

            fn interface(&self) -> Interface {
                Interface::EWallet
            }

            fn name(&self) -> &'static str {
                stringify!($name)
            }

            fn effect(&self) -> Effect {
                Effect::$effect
            }

            fn form(&self, terminal: &Terminal) -> Result<Form, InvalidRequest> {
                data_form(terminal, self.data(terminal))
            }

            fn read(&self, answer: Answer) -> Result<CustomerReply, AnswerError> {
                CustomerReply::read(answer)
            }
        }
    };
}

macro_rules! customer_record {
    ($(#[$doc:meta])+ $name:ident) => {
        $(#[$doc])+
        #[derive(Clone)]
        pub struct $name {
            customer: Customer,
            phone: Option<Phone>,
            email: Option<String>,
        }

        impl $name {
            /// This customer, without contacts.
            #[must_use]
            pub fn new(customer: Customer) -> Self {
                Self {
                    customer,
                    phone: None,
                    email: None,
                }
            }

            /// The customer's phone.
            #[must_use]
            pub fn phone(mut self, phone: Phone) -> Self {
                self.phone = Some(phone);
                self
            }

            /// The customer's e-mail address.
            #[must_use]
            pub fn email(mut self, email: impl Into<String>) -> Self {
                self.email = Some(email.into());
                self
            }

            fn data(&self, _terminal: &Terminal) -> InnerFields {
                self.customer
                    .fields(InnerFields::new())
                    .optional("PhoneNumber", self.phone.as_ref().map(Phone::as_str))
                    .optional("Email", self.email.as_deref())
            }
        }

        customer_command!($name, Changes);
    };
}

customer_record! {
    /// Registers a customer: `POST /vwapi/Register`. A terminal may also do it by itself when a card is
    /// added.
    Register
}

customer_record! {
    /// Changes a customer's contacts: `POST /vwapi/Update`.
    Update
}

/// Asks whether a customer exists: `POST /vwapi/Check`.
#[derive(Clone)]
pub struct Check {
    customer: Customer,
}

impl Check {
    /// Asks about this customer.
    #[must_use]
    pub fn new(customer: Customer) -> Self {
        Self { customer }
    }

    fn data(&self, _terminal: &Terminal) -> InnerFields {
        self.customer.fields(InnerFields::new())
    }
}

customer_command!(Check, ReadOnly);

/// Deletes a customer: `POST /vwapi/Delete`. It takes the terminal's password, not the customer's.
#[derive(Clone)]
pub struct Delete {
    customer: Customer,
}

impl Delete {
    /// Deletes this customer.
    #[must_use]
    pub fn new(customer: Customer) -> Self {
        Self { customer }
    }

    fn data(&self, terminal: &Terminal) -> InnerFields {
        InnerFields::new()
            .field("VWUserLgn", self.customer.login())
            .field("Password", terminal.password())
    }
}

customer_command!(Delete, Changes);
