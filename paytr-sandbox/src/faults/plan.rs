use std::num::NonZeroU32;

use super::fault::Fault;
use super::planned::{Occasion, PlannedFault};
use super::{chaos, plan_line};

/// What goes wrong, and when.
///
/// ```
/// use std::num::NonZeroU32;
/// use paytr_sandbox::{Fault, FaultPlan, PlannedFault};
///
/// // The second attempt to deliver each notification of order A1 is lost.
/// let second = NonZeroU32::new(2).unwrap();
/// let plan = FaultPlan::none().with(PlannedFault::new(Fault::Drop).order("A1").attempt(second));
/// assert_eq!(plan, FaultPlan::from_json(
///     r#"{"faults": [{"fault": "drop", "order": "A1", "attempt": 2}]}"#,
/// )?);
///
/// // A seed is a plan that can be printed, kept and replayed.
/// let chaos = FaultPlan::chaos(42);
/// assert_eq!(chaos, FaultPlan::from_json(&chaos.to_json())?);
/// # Ok::<_, paytr_sandbox::FaultPlanError>(())
/// ```
///
/// The fields of the JSON are listed with the control API, at `PUT /_sandbox/faults`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultPlan {
    pub(super) seed: Option<u64>,
    pub(super) round: Option<NonZeroU32>,
    pub(super) faults: Vec<PlannedFault>,
}

/// Why a text is not a plan of faults.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FaultPlanError {
    /// Not JSON, a field that does not exist, or a value of another type.
    #[error("the plan cannot be read")]
    Json(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A field that this fault needs.
    #[error("fault {number} of the plan: {kind} needs {field}")]
    Missing {
        /// Which fault of the plan, from 1.
        number: usize,
        /// Its kind.
        kind: &'static str,
        /// The field.
        field: &'static str,
    },
    /// A field that this fault does not take.
    #[error("fault {number} of the plan: {kind} does not take {field}")]
    Superfluous {
        /// Which fault of the plan, from 1.
        number: usize,
        /// Its kind.
        kind: &'static str,
        /// The field.
        field: &'static str,
    },
    /// A number or a text outside of what makes sense.
    #[error("fault {number} of the plan: {field} is {allowed}")]
    Range {
        /// Which fault of the plan, from 1.
        number: usize,
        /// The field.
        field: &'static str,
        /// What is allowed.
        allowed: &'static str,
    },
    /// A round of no orders.
    #[error("round is 1 or more, or left out")]
    EmptyRound,
}

impl FaultPlan {
    /// Nothing goes wrong.
    #[must_use]
    pub fn none() -> Self {
        Self {
            seed: None,
            round: None,
            faults: Vec::new(),
        }
    }

    /// Draws up to three faults for each of 16 orders, and the same for the next 16. The same seed gives
    /// the same plan, on every machine and with every version of this crate that says nothing else in
    /// its change log. Nothing goes wrong after the second attempt to deliver a notification, so that
    /// every one arrives at last.
    #[must_use]
    pub fn chaos(seed: u64) -> Self {
        chaos::plan(seed)
    }

    /// Adds a fault. Several for one attempt happen one after the other.
    #[must_use]
    pub fn with(mut self, fault: PlannedFault) -> Self {
        self.faults.push(fault);
        self
    }

    /// Reads a plan.
    ///
    /// # Errors
    ///
    /// [`FaultPlanError`] when it is not JSON, has an unknown field, or a fault does not make sense.
    pub fn from_json(text: &str) -> Result<Self, FaultPlanError> {
        plan_line::read(text)
    }

    /// The plan as JSON, one fault a line.
    #[must_use]
    pub fn to_json(&self) -> String {
        plan_line::write(self)
    }

    /// The seed it was drawn from.
    #[must_use]
    pub fn seed(&self) -> Option<u64> {
        self.seed
    }

    /// The faults in order.
    #[must_use]
    pub fn faults(&self) -> &[PlannedFault] {
        &self.faults
    }

    /// What may go wrong in one attempt, each with its place in the plan.
    pub(super) fn at<'a>(
        &'a self,
        occasion: Occasion<'a>,
    ) -> impl Iterator<Item = (usize, Fault)> + 'a {
        let faults = self.faults.iter().enumerate();
        faults
            .filter(move |(_, planned)| planned.happens_at(occasion, self.round))
            .map(|(index, planned)| (index, planned.fault))
    }

    /// What goes wrong in a request, the first of which is number 1.
    pub(super) fn in_request(&self, number: u32) -> impl Iterator<Item = Fault> + '_ {
        let faults = self.faults.iter();
        faults
            .filter(move |planned| planned.happens_in_request(number, self.round))
            .map(|planned| planned.fault)
    }
}
