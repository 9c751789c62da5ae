//! What waits for a person, and what came in each hour.

use askama::Template;
use paytr_core::Language;
use paytr_core::paid_once::back_office::{HourCount, LedgerGauges};

use super::moment::{Moment, length};
use super::page::{Frame, respond};
use super::route::Route;
use super::visit::{Answer, Visit};

#[derive(Template)]
#[template(path = "back_office/overview.html")]
struct OverviewPage<'a> {
    frame: Frame<'a>,
    gauges: Vec<Gauge>,
    plot: Plot,
    plot_heading: &'static str,
    other_heading: &'static str,
    other_hours_url: String,
}

/// A count, and the page that shows what is counted.
struct Gauge {
    label: &'static str,
    value: String,
    url: Option<String>,
    waits: bool,
}

/// Bars of one hour each.
struct Plot {
    width: u64,
    bars: Vec<Bar>,
    rows: Vec<HourRow>,
    highest: u64,
    paid: u64,
    refused: u64,
}

/// One bar; refused ones stand on paid ones.
struct Bar {
    class: &'static str,
    x: u64,
    y: u64,
    height: u64,
}

struct HourRow {
    begin: Moment,
    paid: u64,
    refused: u64,
}

/// Height of the highest bar, and width of an hour, in units of the picture.
const HEIGHT: u64 = 120;
const STEP: u64 = 14;

impl Visit<'_> {
    pub(super) async fn overview(&self) -> Answer {
        let is_long = self.query("hours") == Some("48");
        let hours = if is_long { 48 } else { 24 };
        let gauges = self.parts().ledger.gauges().await?;
        let counts = self.parts().ledger.hours(hours).await?;
        let words = self.words();
        let headings = (words.last_24_hours, words.last_48_hours);
        let (plot_heading, other_heading, other) = if is_long {
            (headings.1, headings.0, "24")
        } else {
            (headings.0, headings.1, "48")
        };
        let page = OverviewPage {
            frame: Frame::new(self, &Route::Overview),
            gauges: self.gauges(&gauges),
            plot: Plot::of(&counts),
            plot_heading,
            other_heading,
            other_hours_url: self.link(&Route::Overview, &[("hours", other)]),
        };
        Ok(respond(200, &page, &page.frame))
    }

    fn gauges(&self, gauges: &LedgerGauges) -> Vec<Gauge> {
        let words = self.words();
        let count = |label, count: u64, route: Option<Route>| Gauge {
            label,
            value: count.to_string(),
            url: route.map(|route| self.link(&route, &[])),
            waits: count > 0,
        };
        let language: Language = self.language();
        let oldest = gauges.oldest_due.map(|time| length(time, language));
        vec![
            count(
                words.reviews_open,
                gauges.reviews_open,
                Some(Route::Reviews),
            ),
            count(
                words.orders_undelivered,
                gauges.undelivered,
                Some(Route::Undelivered),
            ),
            count(
                words.refunds_undecided,
                gauges.refunds_undecided,
                Some(Route::Refunds),
            ),
            count(words.claims_over_lease, gauges.claims_over_lease, None),
            Gauge {
                label: words.oldest_due,
                value: oldest.unwrap_or_else(|| words.nothing_waits.to_owned()),
                url: None,
                waits: false,
            },
        ]
    }
}

impl Plot {
    fn of(counts: &[HourCount]) -> Self {
        let sum = |hour: &HourCount| hour.paid.saturating_add(hour.refused);
        let highest = counts.iter().map(sum).max().unwrap_or_default();
        let scaled = |count: u64| count.saturating_mul(HEIGHT) / highest.max(1);
        let mut bars = Vec::new();
        for (x, hour) in (0_u64..).map(|index| index * STEP).zip(counts) {
            let (paid, refused) = (scaled(hour.paid), scaled(hour.refused));
            let y = HEIGHT.saturating_sub(paid);
            for (class, y, height) in [
                ("paid", y, paid),
                ("refused", y.saturating_sub(refused), refused),
            ] {
                if height > 0 {
                    bars.push(Bar {
                        class,
                        x,
                        y,
                        height,
                    });
                }
            }
        }
        let rows = counts.iter().rev().map(|hour| HourRow {
            begin: Moment::of(hour.begin),
            paid: hour.paid,
            refused: hour.refused,
        });
        Self {
            width: STEP.saturating_mul(counts.len() as u64),
            bars,
            rows: rows.collect(),
            highest,
            paid: counts.iter().map(|hour| hour.paid).sum(),
            refused: counts.iter().map(|hour| hour.refused).sum(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    fn hour(paid: u64, refused: u64) -> HourCount {
        HourCount {
            begin: SystemTime::UNIX_EPOCH,
            paid,
            refused,
        }
    }

    #[test]
    fn bars_are_measured_against_the_highest_hour_and_stand_on_each_other() {
        let plot = Plot::of(&[hour(0, 0), hour(3, 1), hour(2, 0)]);
        assert_eq!((plot.highest, plot.paid, plot.refused), (4, 5, 1));
        assert_eq!(plot.width, 3 * STEP);
        let bars: Vec<_> = plot
            .bars
            .iter()
            .map(|bar| (bar.class, bar.x, bar.y, bar.height))
            .collect();
        assert_eq!(
            bars,
            [
                ("paid", 14, 30, 90),
                ("refused", 14, 0, 30),
                ("paid", 28, 60, 60)
            ]
        );
    }

    #[test]
    fn nothing_at_all_is_a_plot_without_bars() {
        assert!(Plot::of(&[hour(0, 0); 24]).bars.is_empty());
        assert!(Plot::of(&[]).bars.is_empty());
    }
}
