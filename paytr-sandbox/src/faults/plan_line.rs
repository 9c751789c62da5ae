//! The JSON of a plan.

use std::num::NonZeroU32;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::fault::{Fault, FaultKind};
use super::plan::{FaultPlan, FaultPlanError};
use super::planned::{OrderChoice, PlannedFault};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlanText {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    round: Option<u32>,
    faults: Vec<PlanLine>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlanLine {
    fault: FaultKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    order: Option<OrderText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    notification: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    attempt: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    request: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    copies: Option<u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by_ms: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    currency: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum OrderText {
    Number(u32),
    Id(String),
}

pub(super) fn read(text: &str) -> Result<FaultPlan, FaultPlanError> {
    let text: PlanText =
        serde_json::from_str(text).map_err(|error| FaultPlanError::Json(error.into()))?;
    let round = match text.round {
        None => None,
        Some(round) => Some(NonZeroU32::new(round).ok_or(FaultPlanError::EmptyRound)?),
    };
    let lines = text.faults.into_iter().enumerate();
    let faults = lines.map(|(index, line)| {
        Line {
            line,
            number: index + 1,
        }
        .read()
    });
    Ok(FaultPlan {
        seed: text.seed,
        round,
        faults: faults.collect::<Result<_, _>>()?,
    })
}

pub(super) fn write(plan: &FaultPlan) -> String {
    let text = |value: Result<String, serde_json::Error>| {
        // Numbers, texts and lists of these cannot fail.
        value.unwrap_or_default()
    };
    let lines = plan.faults.iter().map(|planned| {
        let line = text(serde_json::to_string(&PlanLine::of(planned)));
        format!("\n    {line}")
    });
    let lines: Vec<_> = lines.collect();
    let mut head = String::new();
    if let Some(seed) = plan.seed {
        head = format!("  \"seed\": {seed},\n");
    }
    if let Some(round) = plan.round {
        head = format!("{head}  \"round\": {round},\n");
    }
    format!("{{\n{head}  \"faults\": [{}\n  ]\n}}\n", lines.join(","))
}

/// A line that is being read.
struct Line {
    line: PlanLine,
    /// From 1, for errors.
    number: usize,
}

impl Line {
    fn read(mut self) -> Result<PlannedFault, FaultPlanError> {
        let fault = self.fault()?;
        let is_slow_answer = matches!(fault, Fault::SlowAnswer { .. });
        let foreign = if is_slow_answer {
            let line = &self.line;
            [
                ("order", line.order.is_some()),
                ("notification", line.notification.is_some()),
                ("attempt", line.attempt.is_some()),
            ]
        } else {
            [("request", self.line.request.is_some()); 3]
        };
        let values = [
            ("copies", self.line.copies.is_some()),
            ("by_ms", self.line.by_ms.is_some()),
            ("by", self.line.by.is_some()),
            ("currency", self.line.currency.is_some()),
        ];
        let superfluous = foreign.iter().chain(&values).find(|(_, given)| *given);
        if let Some((field, _)) = superfluous {
            return Err(FaultPlanError::Superfluous {
                number: self.number,
                kind: self.line.fault.name(),
                field,
            });
        }
        let order = match self.line.order.take() {
            None => None,
            Some(OrderText::Id(id)) => Some(OrderChoice::Id(id)),
            Some(OrderText::Number(number)) => {
                let number = self.counted("order", Some(number))?;
                number.map(OrderChoice::Number)
            }
        };
        Ok(PlannedFault {
            fault,
            order,
            notification: self.counted("notification", self.line.notification)?,
            attempt: self
                .counted("attempt", self.line.attempt)?
                .unwrap_or(NonZeroU32::MIN),
            request: self.counted("request", self.line.request)?,
        })
    }

    /// The fault with its values, which are taken out of the line.
    fn fault(&mut self) -> Result<Fault, FaultPlanError> {
        Ok(match self.line.fault {
            FaultKind::Duplicate => match self.line.copies.take() {
                Some(copies @ 1..=100) => Fault::Duplicate { copies },
                Some(_) => return Err(self.range("copies", "1 to 100")),
                None => return Err(self.missing("copies")),
            },
            FaultKind::Delay => Fault::Delay { by: self.pause()? },
            FaultKind::Reorder => Fault::Reorder {
                at_most: self.pause()?,
            },
            FaultKind::Drop => Fault::Drop,
            FaultKind::LoseReply => Fault::LoseReply,
            FaultKind::WrongTotal => match self.line.by.take() {
                Some(0) => return Err(self.range("by", "not 0")),
                Some(by) => Fault::WrongTotal { by },
                None => return Err(self.missing("by")),
            },
            FaultKind::OtherCurrency => {
                let named = self.line.currency.take();
                let named = named.ok_or_else(|| self.missing("currency"))?;
                let known = ["TL", "EUR", "USD", "GBP", "RUB"];
                let known = known.into_iter().find(|known| *known == named);
                let allowed = "TL, EUR, USD, GBP or RUB";
                let currency = known.ok_or_else(|| self.range("currency", allowed))?;
                Fault::OtherCurrency { currency }
            }
            FaultKind::Forged => Fault::Forged,
            FaultKind::LateAfterCancel => Fault::LateAfterCancel { by: self.pause()? },
            FaultKind::SlowAnswer => Fault::SlowAnswer { by: self.pause()? },
        })
    }

    fn pause(&mut self) -> Result<Duration, FaultPlanError> {
        let millis = self.line.by_ms.take();
        let millis = millis.ok_or_else(|| self.missing("by_ms"))?;
        Ok(Duration::from_millis(millis))
    }

    fn counted(
        &self,
        field: &'static str,
        number: Option<u32>,
    ) -> Result<Option<NonZeroU32>, FaultPlanError> {
        let counted = number
            .map(|number| NonZeroU32::new(number).ok_or_else(|| self.range(field, "1 or more")));
        counted.transpose()
    }

    fn missing(&self, field: &'static str) -> FaultPlanError {
        FaultPlanError::Missing {
            number: self.number,
            kind: self.line.fault.name(),
            field,
        }
    }

    fn range(&self, field: &'static str, allowed: &'static str) -> FaultPlanError {
        FaultPlanError::Range {
            number: self.number,
            field,
            allowed,
        }
    }
}

impl PlanLine {
    fn of(planned: &PlannedFault) -> Self {
        let millis = |by: Duration| u64::try_from(by.as_millis()).ok();
        let is_slow_answer = matches!(planned.fault, Fault::SlowAnswer { .. });
        let mut line = Self {
            fault: planned.fault.kind(),
            order: planned.order.as_ref().map(|order| match order {
                OrderChoice::Number(number) => OrderText::Number(number.get()),
                OrderChoice::Id(id) => OrderText::Id(id.clone()),
            }),
            notification: planned.notification.map(NonZeroU32::get),
            attempt: (!is_slow_answer).then_some(planned.attempt.get()),
            request: planned.request.map(NonZeroU32::get),
            copies: None,
            by_ms: None,
            by: None,
            currency: None,
        };
        match planned.fault {
            Fault::Duplicate { copies } => line.copies = Some(copies),
            Fault::Delay { by }
            | Fault::Reorder { at_most: by }
            | Fault::LateAfterCancel { by }
            | Fault::SlowAnswer { by } => line.by_ms = millis(by),
            Fault::WrongTotal { by } => line.by = Some(by),
            Fault::OtherCurrency { currency } => line.currency = Some(currency.to_owned()),
            Fault::Drop | Fault::LoseReply | Fault::Forged => {}
        }
        line
    }
}
