//! `#[retry]` on a sync function.

use super::*;

#[test]
fn makes_attempts_until_one_succeeds() {
    #[retry(max_attempts = 5, base_delay = 0s)]
    fn call(success: u32, ran: &Cell<u32>) -> Outcome {
        let attempt = count(ran);
        if attempt < success { BAD } else { Ok(attempt) }
    }

    assert_eq!(call(1, &Cell::new(0)), Ok(1));
    assert_eq!(call(3, &Cell::new(0)), Ok(3));
    let ran = Cell::new(0);
    assert_eq!(call(6, &ran), BAD);
    assert_eq!(ran.get(), 5);
}

#[test]
fn pauses_between_them_by_holding_up_the_thread() {
    #[retry(base_delay = 5ms, jitter = none)]
    fn call(starts: &RefCell<Vec<Instant>>) -> Outcome {
        starts.borrow_mut().push(Instant::now());
        BAD
    }

    let starts = RefCell::default();
    assert_eq!(call(&starts), BAD);
    let pauses: Vec<_> = starts.borrow().windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(pauses.len() == 2 && pauses[0] >= millis(5) && pauses[1] >= millis(10), "{pauses:?}");
}

#[test]
fn takes_every_setting() {
    #[retry(
        max_attempts = 4, backoff = constant, base_delay = 1ms, max_delay = 1ms, jitter = 0.5, max_elapsed = 1h,
        retry_on(Fault::Own), retry_if_ok = |attempt| *attempt < 3, retry_after = |_| Some(Duration::ZERO),
        max_retry_after = 1ms, on_retry = |event| events.borrow_mut().push(event.attempt), exhausted = wrap,
        bind = attempt
    )]
    fn call(events: &RefCell<Vec<u32>>) -> Outcome {
        if attempt.number() == 2 { BAD } else { Ok(attempt.number()) }
    }

    let events = RefCell::default();
    assert_eq!(call(&events), Ok(3));
    assert_eq!(*events.borrow(), [1, 2]);
}

#[test]
fn clones_a_mut_argument_for_each_attempt() {
    #[retry(base_delay = 0s)]
    fn call(mut text: String, lengths: &RefCell<Vec<usize>>) -> Result<(), String> {
        text.push('!');
        lengths.borrow_mut().push(text.len());
        Err(text)
    }

    let lengths = RefCell::default();
    assert_eq!(call("no".to_owned(), &lengths), Err("no!".to_owned()));
    assert_eq!(*lengths.borrow(), [3, 3, 3]);
}

#[test]
fn leaves_only_the_attempt_by_question_mark_and_return() {
    #[retry(base_delay = 0s)]
    fn call(ran: &Cell<u32>) -> Outcome {
        match count(ran) {
            1 => BAD?,
            2 => return BAD,
            attempt => return Ok(attempt),
        };
        unreachable!()
    }

    assert_eq!(call(&Cell::new(0)), Ok(3));
}

#[test]
fn waits_for_a_breaker_where_that_is_wished() {
    #[retry(max_attempts = 2, base_delay = 0s, retry_refused(circuit_open))]
    #[circuit_breaker(name = "sync: waits", failure_threshold = 1, recovery_timeout = 10ms)]
    fn call(outcome: Outcome) -> Outcome {
        outcome
    }

    assert!(call(BAD).is_err());
    assert_eq!(call(Ok(7)), Ok(7));
}
