//! Faults: what goes wrong on the way between PayTR and a shop, planned by hand or drawn from a seed.

mod altered;
mod by_hand;
mod chaos;
mod delivery;
mod error;
mod fault;
mod injector;
mod plan;
mod plan_line;
mod planned;
mod seeded;
mod slow_answer;

pub(crate) use delivery::Due;
pub(crate) use injector::Faults;
pub(crate) use slow_answer::answer_slowly;

pub use error::FaultPlanError;
pub use fault::{Fault, FaultKind};
pub use plan::FaultPlan;
pub use planned::PlannedFault;
