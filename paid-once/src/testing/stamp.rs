/// Stamps a `#[test]` for every case that an [`OrderStore`](crate::OrderStore) must pass.
///
/// Takes a type that implements [`Subject`](crate::testing::Subject).
#[macro_export]
macro_rules! order_store_tests {
    ($subject:ty) => {
        $crate::order_store_tests! { @stamp $subject:
            // claiming
            the_first_claim_is_granted
            a_second_claim_while_leased_is_in_progress
            a_claim_after_settle_is_a_duplicate
            two_orders_do_not_meet
            totals_are_kept_to_the_last_unit
            // concurrency
            of_64_concurrent_claims_one_wins
            of_16_concurrent_claims_on_an_expired_lease_one_wins
            concurrent_deliveries_are_handled_once
            // leases
            a_lease_is_as_long_as_was_asked
            an_expired_lease_gives_a_larger_fence_and_the_next_attempt
            a_released_lease_is_granted_at_once_as_the_next_attempt
            a_stale_settle_is_lost_and_touches_nothing
            a_stale_release_touches_nothing
            a_release_after_settle_touches_nothing
            a_lease_that_was_never_granted_is_lost_and_leaves_nothing
            settle_repeated_is_already
            an_expired_lease_that_nobody_took_settles
            a_settled_total_is_the_one_that_was_claimed
            // retries
            a_claim_retried_after_a_lost_reply_is_still_its_owners
            a_retried_claim_holds_the_order_for_a_whole_lease_again
            a_retried_claim_after_expiry_is_still_its_owners
            a_retried_claim_after_a_takeover_is_in_progress
            a_retried_claim_after_its_own_settle_is_a_duplicate
            // state_table
            nothing_yet_grants_a_success_and_a_failure
            a_settled_failure_grants_a_success_and_makes_failures_duplicates
            a_live_lease_holds_off_successes_and_failures
            a_failure_that_nobody_handled_holds_nobody_off
            an_undelivered_success_is_granted_again_and_decides_every_other_payment
            an_undelivered_success_survives_a_restart
            standing_says_what_a_claim_would_be_answered
            a_settled_success_decides_every_later_payment
            a_success_after_a_settled_failure_is_owed_until_it_is_settled
            a_success_after_a_settled_failure_is_attempt_one
            // cancellation
            a_claim_dropped_at_any_await_is_healed_by_the_next_delivery
            a_settle_dropped_at_any_await_is_healed_by_the_next_delivery
            a_release_dropped_at_any_await_is_healed_by_the_next_delivery
            // clocks
            a_node_whose_clock_is_ahead_cannot_take_a_live_lease
            a_node_whose_clock_is_behind_takes_an_expired_lease
            a_lease_made_by_a_node_with_a_wrong_clock_has_its_true_length
            // keys
            the_same_order_id_of_two_merchants_does_not_meet
            keys_that_look_alike_do_not_meet
            the_longest_keys_are_kept_whole
            keys_with_quotes_and_wildcards_are_plain_text
            // durability
            a_live_lease_survives_a_restart
            a_settlement_survives_a_restart
            the_fence_and_the_attempt_survive_a_restart
            a_review_survives_a_restart
            // reviews
            a_review_repeated_is_recorded_once
            reviews_that_differ_are_all_recorded
            a_review_takes_no_claim
        }
    };
    (@stamp $subject:ty: $($case:ident)*) => {$(
        #[test]
        fn $case() {
            $crate::testing::run($crate::testing::store::$case::<$subject>());
        }
    )*};
}

/// Stamps a `#[test]` for every case that an [`OrderLedger`](crate::OrderLedger) must pass, beside
/// those of [`order_store_tests!`](crate::order_store_tests).
///
/// Takes a type that implements [`Subject`](crate::testing::Subject) with such a store.
#[macro_export]
macro_rules! order_ledger_tests {
    ($subject:ty) => {
        $crate::order_ledger_tests! { @stamp $subject:
            // records
            an_opened_order_is_known_and_pending
            an_order_is_opened_once
            an_order_that_was_never_opened_is_unknown
            a_ledger_keeps_merchants_and_strange_keys_apart
            a_session_is_attached
            expectations_are_corrected
            the_state_follows_the_payments
            a_payment_may_come_before_its_order
            an_opened_order_survives_a_restart
            reviews_are_listed_newest_first
            // idempotency
            the_same_click_gives_the_same_order
            a_key_used_for_another_cart_is_refused
            a_paid_order_keeps_its_key
            a_failed_order_frees_its_key
            an_order_older_than_its_payment_page_frees_its_key
            an_abandoned_order_frees_its_key_and_stays_known
            a_freed_key_belongs_to_the_new_order
            an_order_that_exists_leaves_the_key_alone
            keys_of_two_merchants_do_not_meet
            of_16_concurrent_opens_with_one_key_one_is_new
            an_open_dropped_at_any_await_is_healed_by_the_next_click
            a_key_is_kept_while_a_success_is_owed_or_under_review
            // due
            an_order_is_due_some_time_after_it_was_opened
            due_orders_are_taken_longest_due_first
            a_taken_order_is_due_for_nobody_until_it_is_due_again
            orders_are_due_until_a_success_is_settled
            an_order_that_was_never_opened_is_due_when_its_success_is_owed
            merchants_are_due_apart
            nodes_that_take_at_the_same_time_take_each_order_once
            a_taking_dropped_at_any_await_is_healed_when_it_is_over
            a_hurried_order_is_due_at_once_and_not_without_end
            // undelivered
            an_undelivered_success_is_told_with_its_total_attempts_and_last_failure
            an_undelivered_success_stays_whatever_comes_after_it
            undelivered_orders_are_listed_longest_first
            // closing
            a_closed_order_is_due_no_more_and_frees_its_key
            an_order_that_is_paid_or_owed_is_not_closed
            a_late_success_of_a_closed_order_is_granted
            // reconciler
            a_paid_order_among_10_000_abandoned_ones_is_found_in_the_first_round
            two_providers_in_one_ledger_are_asked_about_their_own_orders
            two_nodes_ask_about_each_order_once
            an_undelivered_order_is_delivered_when_its_handler_is_well_again
            a_payment_found_with_a_broken_handler_is_tried_again_as_soon_as_an_undelivered_one
            // reviews
            a_review_keeps_the_whole_payment
            a_review_counts_how_often_it_was_seen
            a_review_is_resolved_once_and_stays
            of_16_concurrent_resolutions_one_wins
            a_resolved_review_seen_again_stays_resolved
            an_order_is_under_review_until_its_last_entry_is_resolved
            reviews_are_listed_by_filter_and_page
            // retention
            purge_removes_only_what_is_past_it
            paid_and_unpaid_orders_have_ages_of_their_own
            purge_keeps_what_is_pending_or_owed
            purge_works_in_batches
            purge_removes_settlements_of_orders_that_were_never_opened
            purge_keeps_reviews
            a_purged_order_is_unknown_and_frees_its_key
        }
    };
    (@stamp $subject:ty: $($case:ident)*) => {$(
        #[test]
        fn $case() {
            $crate::testing::run($crate::testing::ledger::$case::<$subject>());
        }
    )*};
}

/// Stamps a `#[test]` for every case that a ledger of a back office must pass, one that is a
/// [`RefundLedger`](crate::refund::RefundLedger), a
/// [`BackOfficeLedger`](crate::back_office::BackOfficeLedger) and a [`PriceList`](crate::PriceList), beside
/// those of [`order_ledger_tests!`](crate::order_ledger_tests).
///
/// Takes a type that implements [`Subject`](crate::testing::Subject) with such a store.
#[macro_export]
macro_rules! back_office_tests {
    ($subject:ty) => {
        $crate::back_office_tests! { @stamp $subject:
            // refunds
            refunds_never_add_up_to_more_than_was_paid
            refunds_are_counted_to_the_last_unit
            an_order_without_a_settled_success_is_not_refunded
            an_unknown_order_is_refunded_only_with_a_paid_total
            a_reference_is_reserved_once
            a_cancelled_refund_frees_its_amount_and_a_confirmed_one_never
            an_order_says_what_was_given_back
            a_reservation_survives_a_restart_as_undecided
            of_16_concurrent_refunds_only_what_was_paid_is_reserved
            of_16_concurrent_reservations_of_one_reference_one_is_granted
            a_reservation_dropped_at_any_await_counts_or_is_not_there
            purge_keeps_refunds
            refunds_keep_strange_texts_apart
            // looking
            orders_are_listed_newest_first_page_by_page
            orders_are_listed_by_state
            orders_are_found_by_the_beginning_of_their_id
            a_life_tells_what_happened
            an_order_that_was_never_opened_has_a_life
            hours_count_payments_and_refusals
            gauges_count_what_waits
            // prices
            a_price_is_what_was_written_last
        }
    };
    (@stamp $subject:ty: $($case:ident)*) => {$(
        #[test]
        fn $case() {
            $crate::testing::run($crate::testing::back_office::$case::<$subject>());
        }
    )*};
}

#[cfg(test)]
mod tests {
    /// A case that no macro names would never run.
    #[test]
    fn every_case_is_stamped() {
        let stamped = include_str!("stamp.rs");
        let sources = [
            include_str!("store/cancellation.rs"),
            include_str!("store/claiming.rs"),
            include_str!("store/clocks.rs"),
            include_str!("store/concurrency.rs"),
            include_str!("store/durability.rs"),
            include_str!("store/keys.rs"),
            include_str!("store/leases.rs"),
            include_str!("store/retries.rs"),
            include_str!("store/reviews.rs"),
            include_str!("store/state_table.rs"),
            include_str!("ledger/closing.rs"),
            include_str!("ledger/due.rs"),
            include_str!("ledger/idempotency.rs"),
            include_str!("ledger/reconciler.rs"),
            include_str!("ledger/records.rs"),
            include_str!("ledger/retention.rs"),
            include_str!("ledger/reviews.rs"),
            include_str!("ledger/undelivered.rs"),
            include_str!("back_office/looking.rs"),
            include_str!("back_office/prices.rs"),
            include_str!("back_office/refunds.rs"),
        ];
        for line in sources.iter().flat_map(|source| source.lines()) {
            if let Some(rest) = line.strip_prefix("pub async fn ") {
                let name = rest.split('<').next().unwrap();
                let stamp = format!("            {name}\n");
                assert!(stamped.contains(&stamp), "{name} is not stamped");
            }
        }
    }
}
