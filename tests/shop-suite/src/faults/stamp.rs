/// Stamps a `#[test]` for every fault rule on every database it is about, with nodes started from these
/// programs: two of the same shop, and one whose handler knows nothing of the settlement.
///
/// The name of a test holds its module: the test runner groups by `kill`.
#[macro_export]
macro_rules! fault_suite {
    ($one:expr, $other:expr, $plain:expr) => {
        const NODES: [&str; 3] = [$one, $other, $plain];

        mod on_postgres {
            $crate::fault_suite! { @server Postgres }
            $crate::fault_suite! { @stamp Postgres;
                standby {
                    a_promoted_synchronous_standby_has_every_receipt_once
                    what_an_asynchronous_standby_lacks_is_booked_by_asking
                    behind_a_transaction_pooler_copies_leave_one_receipt_each
                }
            }
        }
        mod on_redis {
            $crate::fault_suite! { @server Redis }
        }
        mod on_sqlite {
            $crate::fault_suite! { @all Sqlite }
            $crate::fault_suite! { @stamp Sqlite;
                locked {
                    a_file_locked_by_another_process_is_waited_for_and_nothing_is_lost
                }
            }
        }
    };
    (@server $database:ident) => {
        $crate::fault_suite! { @all $database }
        $crate::fault_suite! { @stamp $database;
            kill_at_every_answer {
                a_kill_at_every_answer_of_the_database_heals_at_the_other_node
            }
            crash {
                a_crash_of_the_server_at_every_answer_leaves_one_receipt
                a_server_that_is_away_when_the_handler_books_leaves_one_receipt
                a_server_that_is_back_when_the_handler_books_leaves_one_receipt
            }
            cut {
                a_question_lost_at_every_step_leaves_one_receipt
                an_answer_lost_at_every_step_leaves_one_receipt
                connections_cut_during_the_handlers_leave_one_receipt_each
            }
            pool {
                without_a_connection_left_the_notification_is_unavailable_and_nothing_is_lost
            }
            clock {
                a_node_an_hour_ahead_keeps_to_the_leases
                a_node_an_hour_behind_keeps_to_the_leases
            }
        }
    };
    (@all $database:ident) => {
        $crate::fault_suite! { @stamp $database;
            two_nodes {
                an_order_opened_at_one_node_is_paid_at_the_other
                a_click_repeated_at_the_other_node_is_the_same_order
                a_hundred_copies_over_both_nodes_leave_one_receipt
                a_claim_of_one_node_is_in_progress_at_the_other
            }
            stall {
                a_node_that_stalls_past_its_lease_books_nothing
            }
            kill {
                a_kill_at_any_moment_heals_at_the_other_node
                a_kill_of_both_nodes_leaves_one_receipt_each
            }
            away {
                a_database_away_for_30_seconds_after_the_effect_makes_no_second_run
            }
            plain_handler_kill {
                copies_over_two_plain_nodes_have_one_effect
                a_plain_handler_has_one_more_effect_per_death_before_its_settlement
            }
        }
    };
    (@stamp $database:ident; $($group:ident { $($rule:ident)+ })+) => {$(
        mod $group {
            $(
                #[test]
                fn $rule() {
                    let nodes = $crate::Nodes::new($crate::Database::$database, super::super::NODES);
                    $crate::run_with(nodes, $crate::faults::$group::$rule);
                }
            )+
        }
    )+};
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    /// A rule that no test is stamped for holds nobody to anything.
    #[test]
    fn every_fault_is_stamped() {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/faults");
        let stamped = fs::read_to_string(source.join("stamp.rs")).unwrap();
        let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/faults.md");
        let table = fs::read_to_string(table).unwrap();
        let mut rules = 0;
        for file in fs::read_dir(source).unwrap() {
            let text = fs::read_to_string(file.unwrap().path()).unwrap();
            for rest in text.split("\npub async fn ").skip(1) {
                let name = rest.split('(').next().unwrap();
                let line = format!("                {name}\n");
                assert!(stamped.contains(&line), "{name} is not stamped");
                assert!(
                    table.contains(&format!("`{name}`")),
                    "{name} is not in the docs"
                );
                rules += 1;
            }
        }
        assert!(rules >= 15, "{rules}");
    }
}
