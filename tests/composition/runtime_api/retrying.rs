//! `RetryPolicy::run` and `RetryPolicy::call`

use super::*;

#[tokio::test(start_paused = true)]
async fn run_makes_the_future_again_until_it_succeeds() {
    let (start, mut made) = (Instant::now(), 0);
    let answer = STEADY
        .run(|| {
            made += 1;
            let outcome = if made < 3 { Err(made) } else { Ok(made * 10) };
            async move {
                sleep(secs(1)).await;
                outcome
            }
        })
        .await;
    assert_eq!(answer, Ok(30));
    assert_eq!(start.elapsed(), secs(3) + millis(100 + 200));
}

#[tokio::test(start_paused = true)]
async fn run_gives_the_last_error() {
    let mut made = 0;
    let answer = STEADY
        .run(|| {
            made += 1;
            std::future::ready(Err::<(), _>(made))
        })
        .await;
    assert_eq!(answer, Err(3));
}

#[test]
fn call_makes_the_call_again_until_it_succeeds() {
    let mut made = 0;
    let answer: Result<_, ()> = STEADY.base_delay(Duration::ZERO).call(|| {
        made += 1;
        if made < 3 { Err(()) } else { Ok(made) }
    });
    assert_eq!(answer, Ok(3));
}

#[test]
fn call_gives_the_last_error() {
    let mut made = 0;
    let answer = STEADY.base_delay(Duration::ZERO).max_attempts(5).call(|| {
        made += 1;
        Err::<(), _>(made)
    });
    assert_eq!(answer, Err(5));
}
