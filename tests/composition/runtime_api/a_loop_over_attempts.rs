//! `Attempts`: a loop of retries by hand.

use super::*;

#[tokio::test(start_paused = true)]
async fn pauses_before_each_but_the_first() {
    let (start, mut attempts, mut seen) = (Instant::now(), STEADY.max_attempts(4).attempts(), Vec::new());
    while let Some(attempt) = attempts.next().await {
        seen.push((attempt.number(), attempt.is_last(), attempt.elapsed(), start.elapsed().as_millis()));
    }
    let expected = [(1, false, 0), (2, false, 100), (3, false, 300), (4, true, 700)];
    assert_eq!(seen, expected.map(|(number, last, at)| (number, last, millis(at), u128::from(at))));
    assert_eq!(start.elapsed(), millis(700), "no pause after the last");
    assert!(attempts.next().await.is_none(), "it stays at its end");
}

#[tokio::test(start_paused = true)]
async fn counts_no_attempt_for_a_pause_that_was_dropped() {
    let (start, mut attempts) = (Instant::now(), STEADY.attempts());
    assert!(attempts.next().await.is_some());
    assert!(tokio::time::timeout(millis(50), attempts.next()).await.is_err());
    assert_eq!(attempts.next().await.map(number), Some(2));
    assert_eq!(start.elapsed(), millis(100), "it pauses on");
}

#[tokio::test(start_paused = true)]
async fn counts_no_pause_that_was_dropped() {
    let ten_seconds = STEADY.base_delay(secs(10)).max_elapsed(secs(60));
    let (start, mut attempts) = (Instant::now(), ten_seconds.attempts());
    assert!(attempts.next().await.is_some());
    for _ in 0..7 {
        let mut next = pin!(attempts.next());
        assert!(next.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
    assert_eq!(attempts.next().await.map(number), Some(2));
    assert_eq!(start.elapsed(), secs(10));
}

#[tokio::test(start_paused = true)]
async fn keeps_what_the_server_asked_for_when_a_pause_is_dropped() {
    let (start, mut attempts) = (Instant::now(), STEADY.attempts());
    assert!(attempts.next().await.is_some());
    attempts.retry_after(secs(7));
    assert!(tokio::time::timeout(secs(1), attempts.next()).await.is_err());
    assert_eq!(attempts.next().await.map(number), Some(2));
    assert_eq!(start.elapsed(), secs(7));
}

#[tokio::test(start_paused = true)]
async fn takes_what_the_server_asks_for_in_place_of_a_pause_that_was_dropped() {
    let (start, mut attempts) = (Instant::now(), STEADY.base_delay(secs(50)).attempts());
    assert!(attempts.next().await.is_some());
    assert!(tokio::time::timeout(secs(1), attempts.next()).await.is_err());
    attempts.retry_after(secs(7));
    assert_eq!(attempts.next().await.map(number), Some(2));
    assert_eq!(start.elapsed(), secs(1 + 7));
}

#[tokio::test(start_paused = true)]
async fn does_not_go_on_after_a_pause_that_was_too_long() {
    let mut attempts = STEADY.max_elapsed(secs(5)).attempts();
    assert!(attempts.next().await.is_some());
    attempts.retry_after(secs(6));
    assert!(attempts.next().await.is_none());
    assert!(attempts.next().await.is_none(), "it stays at its end");
}

#[tokio::test(start_paused = true)]
async fn makes_progress_beside_what_happens_more_often() {
    let (mut attempts, mut ticks) = (STEADY.attempts(), tokio::time::interval(millis(30)));
    let (start, mut numbers) = (Instant::now(), Vec::new());
    while numbers.len() < 3 {
        tokio::select! {
            biased;
            attempt = attempts.next() => numbers.extend(attempt.map(number)),
            _ = ticks.tick() => {}
        }
    }
    assert_eq!((numbers, start.elapsed()), (vec![1, 2, 3], millis(100 + 200)));
}

#[tokio::test(start_paused = true)]
async fn comes_to_the_end_of_a_pause_that_is_dropped_at_each_poll() {
    let polled_once = |attempts: &mut Attempts| {
        let next = pin!(attempts.next());
        next.poll(&mut Context::from_waker(Waker::noop()))
    };
    let mut attempts = STEADY.attempts();
    assert!(polled_once(&mut attempts).is_ready());
    assert!(polled_once(&mut attempts).is_pending());
    advance(millis(100)).await;
    assert_eq!(polled_once(&mut attempts).map(|attempt| attempt.map(number)), Poll::Ready(Some(2)));

    let mut without_pauses = STEADY.base_delay(Duration::ZERO).attempts();
    assert!(polled_once(&mut without_pauses).is_ready());
    assert!(polled_once(&mut without_pauses).is_pending(), "others have their turn");
    advance(millis(1)).await;
    assert_eq!(polled_once(&mut without_pauses).map(|attempt| attempt.map(number)), Poll::Ready(Some(2)));
}

#[tokio::test(start_paused = true)]
async fn ends_by_its_completed_pauses_where_the_clock_stands_still() {
    let policy = STEADY.backoff(Backoff::Constant).base_delay(millis(2)).unlimited_attempts();
    let mut attempts = policy.max_elapsed(millis(7)).attempts();
    let mut made = 0;
    while attempts.next_blocking().is_some() {
        made += 1;
    }
    assert_eq!(made, 1 + 3);
}

#[tokio::test(start_paused = true)]
async fn takes_pauses_that_were_asked_for_up_to_their_cap() {
    let mut attempts = STEADY.max_attempts(4).max_retry_after(secs(60)).attempts();
    let (start, mut starts) = (Instant::now(), Vec::new());
    while let Some(attempt) = attempts.next().await {
        starts.push(start.elapsed());
        match attempt.number() {
            1 => attempts.retry_after(secs(7)),
            2 => attempts.retry_after(secs(3600)),
            _ => {}
        }
    }
    assert_eq!(starts, [secs(0), secs(7), secs(67), secs(67) + millis(400)]);
}

#[tokio::test(start_paused = true)]
async fn ends_with_max_elapsed() {
    let mut attempts = STEADY.unlimited_attempts().max_elapsed(secs(1)).attempts();
    let start = Instant::now();
    let mut made = 0;
    while attempts.next().await.is_some() {
        made += 1;
    }
    assert_eq!((made, start.elapsed()), (4, millis(700)));
}

#[test]
fn may_hold_up_the_thread_instead() {
    let mut attempts = STEADY.base_delay(millis(2)).attempts();
    let start = std::time::Instant::now();
    let mut numbers = Vec::new();
    while let Some(attempt) = attempts.next_blocking() {
        numbers.push(attempt.number());
    }
    assert_eq!(numbers, [1, 2, 3]);
    assert!(start.elapsed() >= millis(2 + 4));
}
