//! Several fallbacks are tried from the first to the last.

use super::*;

type Log = RefCell<Vec<&'static str>>;

fn from_cache(cache: Answer, log: &Log) -> Answer {
    log.borrow_mut().push("cache");
    cache
}

async fn from_disk(_: Answer, log: &Log) -> Answer {
    tokio::task::yield_now().await;
    log.borrow_mut().push("disk");
    answer("from disk")
}

#[tokio::test]
async fn are_tried_in_order_until_one_succeeds() {
    #[fallback(from_cache, from_disk)]
    async fn call(cache: Answer, log: &Log) -> Answer {
        log.borrow_mut().push("body");
        Err(Fault::Network)
    }

    let log = Log::default();
    assert_eq!(call(Err(Fault::Cache), &log).await, answer("from disk"));
    assert_eq!(*log.borrow(), ["body", "cache", "disk"]);

    let log = Log::default();
    assert_eq!(call(answer("cached"), &log).await, answer("cached"));
    assert_eq!(*log.borrow(), ["body", "cache"]);
}

#[tokio::test]
async fn are_each_given_the_error_of_the_one_before() {
    #[fallback(|error| { assert_eq!(error, Fault::Network); Err(Fault::Status(1)) }, |error| {
        assert_eq!(error, Fault::Status(1));
        Err(Fault::Status(2))
    }, |error| Ok(format!("after {error:?}")))]
    async fn call() -> Answer {
        Err(Fault::Network)
    }

    assert_eq!(call().await, answer("after Status(2)"));
}

#[test]
fn give_the_error_of_the_last_when_all_fail() {
    #[fallback(from_cache, |error| { assert_eq!(error, Fault::Cache); Err(Fault::Status(9)) })]
    fn call(cache: Answer, log: &Log) -> Answer {
        Err(Fault::Network)
    }

    let log = Log::default();
    assert_eq!(call(Err(Fault::Cache), &log), Err(Fault::Status(9)));
}

#[test]
fn may_end_with_a_value() {
    #[fallback(from_cache, value = "anyway".to_owned())]
    fn call(cache: Answer, log: &Log) -> Answer {
        Err(Fault::Network)
    }

    assert_eq!(call(Err(Fault::Cache), &Log::default()), answer("anyway"));
    assert_eq!(call(answer("cached"), &Log::default()), answer("cached"));
}

#[test]
fn may_end_with_the_default() {
    #[fallback(from_cache, default)]
    fn call(cache: Answer, log: &Log) -> Answer {
        Err(Fault::Network)
    }

    assert_eq!(call(Err(Fault::Cache), &Log::default()), answer(""));
}

#[test]
fn attributes_are_tried_from_the_inside_out() {
    #[fallback(|error| { log.borrow_mut().push("outer"); Ok(format!("after {error:?}")) })]
    #[fallback(from_cache)]
    fn call(cache: Answer, log: &Log) -> Answer {
        Err(Fault::Network)
    }

    let log = Log::default();
    assert_eq!(call(Err(Fault::Cache), &log), answer("after Cache"));
    assert_eq!(*log.borrow(), ["cache", "outer"]);
}
