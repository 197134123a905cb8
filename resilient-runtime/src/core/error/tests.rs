//! How large errors are, and what they say.

use super::*;

#[test]
fn an_error_has_at_most_32_bytes() {
    assert!(size_of::<Error>() <= 32);
}

#[test]
fn what_is_shut_down_is_not_said_to_be_full() {
    let refused = |limit| Error::BulkheadFull { name: Name::new(&"db"), limit };
    assert_eq!(refused(3).to_string(), "bulkhead `db` is full, its limit is 3");
    assert_eq!(refused(0).to_string(), "bulkhead `db` is shut down");
    assert!(refused(0).is_final() && !refused(3).is_final());
}

#[test]
fn no_refusal_takes_no_room() {
    assert_eq!(size_of::<Failure<u64, Infallible>>(), size_of::<u64>());
}
