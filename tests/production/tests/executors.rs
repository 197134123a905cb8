//! The tests of waits with the clock that programs have, and with smol.

#[path = "../../composition/executors.rs"]
mod executors;

mod on_smol {
    use super::executors;

    #[test]
    fn a_timeout_ends_a_call() {
        smol::block_on(executors::a_timeout_ends_a_call());
    }

    #[test]
    fn a_retry_pauses() {
        smol::block_on(executors::a_retry_pauses());
    }

    #[test]
    fn a_bulkhead_makes_wait() {
        smol::block_on(executors::a_bulkhead_makes_wait_until_a_slot_is_free_or_the_time_is_over());
    }

    #[test]
    fn pauses_of_zero_let_others_have_their_turn() {
        smol::block_on(executors::pauses_of_zero_let_others_have_their_turn());
    }
}
