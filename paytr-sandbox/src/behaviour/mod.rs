//! What the sandbox does, and how it knows that PayTR does the same.

mod buyers;
mod evidence;
mod links;
mod markdown;
mod money;
mod notifications;
mod page;
mod payments;
mod platform;
mod reports;

pub use evidence::{Behaviour, Evidence};
pub use markdown::behaviours_as_markdown;
pub(crate) use page::routes;

/// Every behaviour, grouped by what it belongs to: an endpoint, by its path, or a topic.
pub fn behaviours() -> impl Iterator<Item = &'static Behaviour> {
    let groups = [
        payments::ROWS,
        buyers::ROWS,
        notifications::ROWS,
        money::ROWS,
        reports::ROWS,
        links::ROWS,
        platform::ROWS,
    ];
    groups.into_iter().flatten()
}

/// Shortens the tables.
const fn row(of: &'static str, what: &'static str, evidence: Evidence) -> Behaviour {
    Behaviour { of, what, evidence }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoints::PATHS;

    #[test]
    fn every_endpoint_says_how_it_knows_its_fields_its_token_and_its_refusals() {
        for path in PATHS {
            let rows: Vec<_> = behaviours().filter(|row| row.of == path).collect();
            assert!(rows.len() >= 3, "{path} has {} rows", rows.len());
            let names_token = rows.iter().any(|row| row.what.contains("token"));
            assert!(names_token, "{path} says nothing of its token");
        }
    }

    #[test]
    fn every_path_of_the_table_is_an_endpoint() {
        for row in behaviours().filter(|row| row.of.starts_with('/')) {
            assert!(PATHS.contains(&row.of), "{}", row.of);
        }
    }

    #[test]
    fn no_row_is_there_twice() {
        let mut seen = std::collections::HashSet::new();
        for row in behaviours() {
            assert!(seen.insert((row.of, row.what)), "{}: {}", row.of, row.what);
        }
    }
}
