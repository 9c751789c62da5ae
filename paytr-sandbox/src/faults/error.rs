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
