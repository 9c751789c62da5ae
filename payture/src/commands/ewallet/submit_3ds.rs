use crate::answer::{Answer, AnswerError};
use crate::commands::debug::debug_by_order;
use crate::commands::{Command, Effect, InvalidRequest};
use crate::replies::{Accepted, AddedCard, Step};
use crate::three_ds::ThreeDsReturn;
use crate::{Form, Interface, Terminal};

macro_rules! submit {
    ($(#[$doc:meta])+ $name:ident, $wire:literal, $alias:literal, $effect:ident, $reply:ident) => {
        $(#[$doc])+
        #[derive(Clone)]
        pub struct $name(ThreeDsReturn);

        impl $name {
            /// Finishes the attempt that the browser came back from.
            #[must_use]
            pub fn new(returned: ThreeDsReturn) -> Self {
                Self(returned)
            }
        }

        debug_by_order!($name);

        impl Command for $name {
            type Reply = Step<$reply>;

            fn interface(&self) -> Interface {
                Interface::EWallet
            }

            fn name(&self) -> &'static str {
                $wire
            }

            /// Which of the two roots answers is not documented.
            fn root_alias(&self) -> Option<&'static str> {
                Some($alias)
            }

            fn effect(&self) -> Effect {
                Effect::$effect
            }

            /// There is no terminal in it: `MD` names the attempt.
            fn form(&self, _terminal: &Terminal) -> Result<Form, InvalidRequest> {
                Form::new()
                    .field("MD", self.0.key.expose())
                    .field("PaRes", self.0.pa_res.expose())
                    .checked()
            }

            fn read(&self, answer: Answer) -> Result<Self::Reply, AnswerError> {
                Step::read(answer, $reply::read)
            }
        }
    };
}

submit! {
    /// Finishes a payment after 3-D Secure: `POST /vwapi/PaySubmit3DS`.
    PaySubmit3ds, "PaySubmit3DS", "Pay", MovesMoney, Accepted
}

submit! {
    /// Finishes the registration of a card after 3-D Secure: `POST /vwapi/AddSubmit3DS`.
    AddSubmit3ds, "AddSubmit3DS", "Add", Changes, AddedCard
}
