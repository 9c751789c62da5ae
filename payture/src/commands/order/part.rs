/// A command about all of an order's money or a part of it.
macro_rules! part_of_order {
    (
        $(#[$doc:meta])+ $name:ident,
        whole: $whole:literal, part: $part:literal, cheque: $cheque:literal
    ) => {
        $(#[$doc])+
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name {
            interface: $crate::Interface,
            order: $crate::OrderId,
            amount: Option<paid_once::Money>,
            cheque: Option<$crate::commands::receipts::Cheque>,
        }

        impl $name {
            #[doc = $whole]
            #[must_use]
            pub fn new(interface: $crate::Interface, order: $crate::OrderId) -> Self {
                Self {
                    interface,
                    order,
                    amount: None,
                    cheque: None,
                }
            }

            #[doc = $part]
            #[must_use]
            pub fn amount(mut self, amount: paid_once::Money) -> Self {
                self.amount = Some(amount);
                self
            }

            #[doc = $cheque]
            #[must_use]
            pub fn cheque(mut self, cheque: $crate::commands::receipts::Cheque) -> Self {
                self.cheque = Some(cheque);
                self
            }
        }
    };
}

pub(super) use part_of_order;
