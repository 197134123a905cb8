//! The scenarios: what stands above what, and what comes of it.

mod breakers;
mod bulkheads;
mod fallbacks;
mod limits;
mod refusals;
mod whole_stacks;

use super::*;

/// Three attempts, exponential from 100 ms.
const RETRY: RetryPolicy = RetryPolicy::new().jitter(Jitter::None);

const fn retry_for(attempts: u32, delay: Duration) -> RetryPolicy {
    RETRY.max_attempts(attempts).base_delay(delay)
}

const OPENS_AT_ONCE: BreakerPolicy = BreakerPolicy::new().failure_threshold(1);

pub(super) const ALL: &[fn() -> Scenario] = &[
    limits::a_timeout_below_a_retry_limits_each_attempt,
    limits::a_timeout_above_a_retry_limits_all_attempts_and_the_pauses_between_them,
    limits::timeouts_limit_each_attempt_and_the_whole,
    limits::each_attempt_gets_a_step_more,
    limits::a_delay_that_would_end_after_the_deadline_does_not_begin,
    limits::the_attempts_end_with_max_elapsed,
    breakers::a_breaker_below_a_retry_counts_each_attempt,
    breakers::a_breaker_above_a_retry_counts_each_call,
    breakers::a_breaker_that_opens_between_attempts_ends_them_and_recovers_by_probes,
    breakers::a_failed_probe_opens_the_breaker_again,
    breakers::a_timeout_above_a_breaker_drops_the_call_which_is_a_failure,
    breakers::a_call_that_had_less_than_half_of_the_limit_counts_neither_way,
    breakers::every_breaker_of_a_dropped_call_counts_what_hangs,
    breakers::breakers_each_count_and_the_outer_one_is_asked_first,
    breakers::an_open_breaker_is_neither_to_another_breaker,
    breakers::errors_that_do_not_count_are_neither,
    breakers::slow_calls_open_a_breaker,
    bulkheads::a_bulkhead_below_a_retry_frees_the_slot_between_attempts,
    bulkheads::a_bulkhead_above_a_retry_holds_the_slot_all_the_time,
    bulkheads::a_timeout_above_a_bulkhead_limits_the_wait_for_a_slot,
    bulkheads::a_timeout_below_a_bulkhead_counts_from_when_the_slot_is_there,
    bulkheads::a_wait_that_the_deadline_ends_is_no_failure_of_the_callee,
    bulkheads::bulkheads_each_give_a_slot_and_a_refusal_of_the_inner_one_frees_the_outer_slot,
    bulkheads::waits_end_with_max_wait_and_a_full_queue_refuses_at_once,
    refusals::an_error_is_retried_if_the_filter_says_so,
    refusals::a_filter_of_errors_does_not_concern_a_timeout,
    refusals::a_full_bulkhead_is_retried_and_neither_to_a_breaker,
    refusals::an_open_breaker_is_not_retried,
    refusals::retry_refused_timed_out_retries_nothing_else,
    refusals::retry_refused_bulkhead_full_retries_nothing_else,
    refusals::circuit_open_waits_until_the_breaker_would_admit_a_probe,
    refusals::circuit_open_does_not_wait_longer_than_max_elapsed,
    refusals::circuit_open_pauses_as_usual_where_nobody_knows_how_long,
    refusals::a_success_that_is_not_enough_is_retried,
    fallbacks::a_fallback_above_a_breaker_does_not_hide_failures_from_it,
    fallbacks::a_filtered_fallback_below_a_breaker_turns_failures_into_successes,
    fallbacks::fallbacks_answer_what_reaches_them,
    fallbacks::a_filter_of_errors_does_not_keep_a_fallback_from_answering_refusals,
    fallbacks::no_answer_begins_after_the_deadline_of_a_timeout_above_it,
    whole_stacks::the_recommended_order,
    whole_stacks::with_a_limit_of_the_whole_above_everything,
];
