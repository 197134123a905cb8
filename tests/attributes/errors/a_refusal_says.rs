//! What an `Error` says about the refusal.

use super::*;

#[test]
fn its_kind() {
    let kinds = all().map(|error| error.kind());
    let expected = [ErrorKind::CircuitOpen, ErrorKind::TimedOut, ErrorKind::BulkheadFull, ErrorKind::RetriesExhausted];
    assert_eq!(kinds, expected);
}

#[test]
fn whether_it_is_of_a_kind() {
    let table = all().map(|error| {
        [error.is_circuit_open(), error.is_timed_out(), error.is_bulkhead_full(), error.is_retries_exhausted()]
    });
    for (row, answers) in table.iter().enumerate() {
        for (column, answer) in answers.iter().enumerate() {
            assert_eq!(*answer, row == column, "row {row}, column {column}");
        }
    }
}

#[test]
fn a_name() {
    let names = all().map(|error| error.name().to_owned());
    assert_eq!(names[..3], ["payments", "users", "db"]);
    assert!(names[3].ends_with("fails"), "{}", names[3]);
}

#[test]
fn when_to_come_back_if_that_is_known() {
    let after = Some(Duration::from_secs(7));
    assert_eq!(open(after).retry_after(), after);
    for error in all() {
        assert_eq!(error.retry_after(), None);
    }
}

#[test]
fn everything_in_words() {
    let texts = [
        (open(Some(Duration::from_secs(7))), vec!["payments", "open", "7s"]),
        (open(None), vec!["payments", "open"]),
        (timed_out(), vec!["users", "timed out", "1.5s"]),
        (full(), vec!["db", "full", "10"]),
        (exhausted(), vec!["fails", "2", "the reason"]),
    ];
    for (error, words) in texts {
        let text = error.to_string();
        assert!(words.iter().all(|word| text.contains(word)), "{text:?} lacks one of {words:?}");
        assert!(!text.ends_with('.') && !text.contains('\n'), "{text:?}");
    }
}

#[test]
fn its_source_if_there_is_one() {
    for error in [open(None), timed_out(), full()] {
        assert!(error.source().is_none(), "{error}");
    }
    assert_eq!(exhausted().source().expect("the last error").to_string(), "the reason");
}

#[test]
fn that_it_is_small_and_may_go_anywhere() {
    fn goes_anywhere<T: Send + Sync + Unpin + 'static>() {}

    goes_anywhere::<Error>();
    assert!(size_of::<Error>() <= 4 * size_of::<usize>(), "{} bytes", size_of::<Error>());
}
