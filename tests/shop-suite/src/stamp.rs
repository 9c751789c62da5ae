use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::{Database, Program};

/// Stamps a `#[test]` for every rule, against the shop whose program is at this path.
///
/// The name of a test holds its module: the test runner groups by `browser`, `kill` and `flood`.
#[macro_export]
macro_rules! shop_suite {
    ($path:expr) => {
        $crate::shop_suite! { @stamp $path;
            purchase {
                products_are_listed_with_prices_in_minor_units
                a_card_payment_ends_paid_with_one_receipt
                a_bank_transfer_ends_paid_with_one_receipt
                an_instalment_surcharge_is_accepted_and_booked
                a_notification_right_after_the_order_is_opened_counts
                a_repeated_click_is_the_same_order
                a_repeated_click_on_a_paid_order_has_no_token
                an_unknown_order_is_404
            }
            prices {
                what_the_client_says_about_money_is_never_used
                a_wrong_quantity_is_refused
                a_purchase_that_makes_no_sense_is_refused
                a_purchase_that_is_not_json_is_refused
            }
            replies {
                a_settled_payment_is_answered_with_exactly_ok
                a_repeated_payment_is_ok_without_a_second_receipt
                a_failure_after_a_success_is_ok_and_changes_nothing
                a_second_success_with_another_total_is_ok_and_not_booked
                a_test_payment_is_ok_and_not_booked
                a_wrong_hash_is_refused
                a_malformed_notification_is_refused
                a_payment_unlike_the_records_is_refused
                a_payment_in_progress_asks_to_come_again
                a_handler_that_runs_out_of_time_is_run_again
            }
            bodies {
                other_methods_are_refused
                other_content_types_are_refused
                a_body_above_the_limit_is_refused
                a_chunked_body_is_read
                a_content_length_that_lies_is_refused
                a_request_that_breaks_off_leaves_no_trace
                a_body_of_one_byte_a_second_is_408
            }
            hang_ups {
                a_close_during_the_handler_does_not_undo_the_payment
                a_half_close_during_the_handler_does_not_undo_the_payment
                a_reset_during_the_handler_does_not_undo_the_payment
                a_sender_that_half_closes_at_once_is_answered
                a_head_that_never_ends_is_cut
                a_hang_up_before_the_handler_leaves_one_receipt
                a_hang_up_after_the_handler_leaves_one_receipt
                many_hang_ups_on_one_payment_leave_one_receipt
            }
            retries {
                a_failure_and_then_a_success_are_both_booked
                two_failures_are_booked_once
                two_orders_interleaved_do_not_touch
                a_restarted_shop_books_nothing_twice
            }
            reconcile {
                a_notification_that_never_comes_is_made_good_with_one_receipt
                a_payment_that_no_delivery_could_book_is_booked_when_the_fault_is_gone
                a_declined_order_that_is_paid_and_not_booked_opens_no_second_one
                a_buyer_who_lands_makes_the_shop_ask_at_once
                a_buyer_who_lands_by_post_is_led_to_the_page
                an_order_that_nobody_pays_is_closed_and_a_late_success_wins
                two_processes_that_ask_book_each_payment_once
                a_stop_during_a_question_waits_for_its_payment
            }
            back_office {
                without_a_password_there_is_no_back_office
                the_back_office_lets_in_who_knows_the_password
                a_short_payment_is_delivered_by_hand_once
                a_total_far_above_the_price_is_delivered_by_hand_alone
                of_two_people_who_resolve_one_entry_one_wins
                a_form_from_elsewhere_is_refused
                no_more_is_refunded_than_was_paid
                a_kill_at_any_moment_of_a_refund_sends_it_once_and_loses_nothing
                a_shop_says_that_it_is_ready
            }
            flood {
                a_hundred_copies_at_once_leave_one_receipt
                a_hundred_copies_for_a_quick_handler_leave_one_receipt
                a_hundred_copies_over_two_processes_leave_one_receipt
                fifty_orders_at_once_over_two_processes_have_one_receipt_each
            }
            limits {
                a_buyer_who_starts_too_many_purchases_is_429_and_others_are_not
                a_flood_of_purchases_opens_no_more_orders_than_the_limit_allows
            }
            chaos {
                two_hundred_plans_of_faults_leave_one_receipt_per_paid_order
            }
            kill {
                a_kill_at_any_moment_of_a_delivery_leaves_one_receipt
                a_kill_around_the_transaction_leaves_one_receipt
                a_shop_killed_in_every_attempt_still_books_once
                a_second_process_takes_over_from_a_killed_one
                a_kill_among_many_deliveries_leaves_one_receipt_each
            }
            shutdown {
                a_stop_during_the_handler_waits_for_it
                a_stop_waits_for_a_handler_whose_client_hung_up
                idle_connections_do_not_hold_a_stop_up
                a_request_that_never_ends_does_not_hold_a_stop_up_for_ever
            }
            configuration {
                a_wrong_setting_is_refused_with_its_name
                some_credentials_without_the_others_are_refused
                a_port_in_use_is_refused_with_its_name
                nothing_set_is_a_sandbox_and_a_file
                a_forwarded_address_of_nobody_s_proxy_is_ignored_and_said_once
            }
            secrets {
                no_secret_and_no_personal_data_leaks
                an_error_of_the_database_is_not_shown
            }
            browser {
                a_buyer_pays_and_sees_waiting_and_then_paid
                a_declined_buyer_pays_with_a_second_card
                a_buyer_pays_on_a_phone
                a_cart_from_outside_is_shown_as_text
                a_person_delivers_a_short_payment_and_refunds_another
            }
        }

        mod on_postgres {
            $crate::shop_suite! { @on Postgres $path; }
        }
        mod on_redis {
            $crate::shop_suite! { @on Redis $path; }
        }
    };
    (@on $database:ident $path:expr;) => {
        $crate::shop_suite! { @stamp_on $database $path;
            configuration {
                a_database_that_the_server_does_not_have_is_named
            }
            purchase {
                a_card_payment_ends_paid_with_one_receipt
                a_repeated_click_is_the_same_order
                a_repeated_click_on_a_paid_order_has_no_token
            }
            replies {
                a_failure_after_a_success_is_ok_and_changes_nothing
                a_second_success_with_another_total_is_ok_and_not_booked
                a_payment_unlike_the_records_is_refused
                a_payment_in_progress_asks_to_come_again
                a_handler_that_runs_out_of_time_is_run_again
            }
            retries {
                a_failure_and_then_a_success_are_both_booked
                two_failures_are_booked_once
                two_orders_interleaved_do_not_touch
                a_restarted_shop_books_nothing_twice
            }
            reconcile {
                a_notification_that_never_comes_is_made_good_with_one_receipt
                a_payment_that_no_delivery_could_book_is_booked_when_the_fault_is_gone
                a_declined_order_that_is_paid_and_not_booked_opens_no_second_one
                an_order_that_nobody_pays_is_closed_and_a_late_success_wins
                two_processes_that_ask_book_each_payment_once
            }
            back_office {
                a_short_payment_is_delivered_by_hand_once
                a_total_far_above_the_price_is_delivered_by_hand_alone
                of_two_people_who_resolve_one_entry_one_wins
                no_more_is_refunded_than_was_paid
                a_kill_at_any_moment_of_a_refund_sends_it_once_and_loses_nothing
            }
            flood {
                a_hundred_copies_for_a_quick_handler_leave_one_receipt
                fifty_orders_at_once_over_two_processes_have_one_receipt_each
            }
            kill {
                a_shop_killed_in_every_attempt_still_books_once
                a_second_process_takes_over_from_a_killed_one
                a_kill_among_many_deliveries_leaves_one_receipt_each
            }
        }
    };
    (@stamp_on $database:ident $path:expr; $($group:ident { $($rule:ident)+ })+) => {$(
        mod $group {
            $(
                #[test]
                fn $rule() {
                    let database = $crate::Database::$database;
                    $crate::run_on(database, $path, $crate::rules::$group::$rule);
                }
            )+
        }
    )+};
    (@stamp $path:expr; $($group:ident { $($rule:ident)+ })+) => {$(
        mod $group {
            $(
                #[test]
                fn $rule() {
                    $crate::run($path, $crate::rules::$group::$rule);
                }
            )+
        }
    )+};
}

/// No rule takes this long; one that does hangs.
const LIMIT: Duration = Duration::from_secs(100);

/// Runs one rule against the shop at `path`. What [`shop_suite!`](crate::shop_suite) stamps calls it.
///
/// # Panics
///
/// When the rule does not hold.
pub fn run<F: Future<Output = Result<()>>>(path: &str, rule: impl FnOnce(Program) -> F) {
    run_on(Database::Sqlite, path, rule);
}

/// The same with another database.
///
/// # Panics
///
/// When the rule does not hold.
pub fn run_on<F: Future<Output = Result<()>>>(
    database: Database,
    path: &str,
    rule: impl FnOnce(Program) -> F,
) {
    if let Err(error) = try_run(rule(Program::new(path).on(database))) {
        panic!("{error:?}");
    }
}

/// Runs one rule with what it is about: nodes, or nodes behind a front. What
/// [`fault_suite!`](crate::fault_suite) and [`front_suite!`](crate::front_suite) stamp calls it.
///
/// # Panics
///
/// When the rule does not hold.
pub fn run_with<S, F: Future<Output = Result<()>>>(subject: S, rule: impl FnOnce(S) -> F) {
    if let Err(error) = try_run(rule(subject)) {
        panic!("{error:?}");
    }
}

fn try_run(rule: impl Future<Output = Result<()>>) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let outcome = tokio::time::timeout(LIMIT, rule).await;
        outcome.context("the rule took too long")?
    })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    /// A rule that no test is stamped for holds nobody to anything.
    #[test]
    fn every_rule_is_stamped() {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let stamped = fs::read_to_string(source.join("stamp.rs")).unwrap();
        let mut rules = 0;
        for file in fs::read_dir(source.join("rules")).unwrap() {
            let text = fs::read_to_string(file.unwrap().path()).unwrap();
            for rest in text.split("\npub async fn ").skip(1) {
                let name = rest.split('(').next().unwrap();
                let line = format!("                {name}\n");
                assert!(stamped.contains(&line), "{name} is not stamped");
                rules += 1;
            }
        }
        assert!(rules > 50, "{rules}");
    }
}
