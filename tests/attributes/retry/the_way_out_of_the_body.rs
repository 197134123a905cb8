//! `?`, `return`, `break` and `continue` in the body end the attempt, not the call.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_question_mark_leaves_the_attempt() {
    fn parsed(text: &str) -> Result<u8, std::num::ParseIntError> {
        text.parse()
    }

    #[retry]
    async fn run(texts: [&str; 3], log: &Log) -> Result<u8, std::num::ParseIntError> {
        let value = parsed(texts[log.attempt() - 1])?;
        Ok(value)
    }

    assert_eq!(run(["", "x", "7"], &Log::default()).await, Ok(7));
}

#[tokio::test(start_paused = true)]
async fn a_return_leaves_the_attempt() {
    #[retry]
    async fn run(log: &Log) -> Result<usize, Fault> {
        let attempt = log.attempt();
        if attempt < 3 {
            return Err(Fault::Network);
        }
        Ok(attempt)
    }

    assert_eq!(run(&Log::default()).await, Ok(3));
}

#[tokio::test(start_paused = true)]
async fn a_returned_success_ends_the_attempts() {
    #[retry]
    async fn run(log: &Log) -> Result<usize, Fault> {
        if log.attempt() == 2 {
            return Ok(2);
        }
        Err(Fault::Network)
    }

    let log = Log::default();
    assert_eq!(run(&log).await, Ok(2));
    assert_eq!(log.attempts(), 2);
}

#[tokio::test(start_paused = true)]
async fn break_and_continue_act_on_the_loops_of_the_body() {
    #[retry]
    async fn run(log: &Log) -> Result<usize, Fault> {
        let attempt = log.attempt();
        let mut cells = 0;
        'rows: for row in 1..=3 {
            for column in 1..=3 {
                if column > row {
                    continue 'rows;
                }
                if row > attempt {
                    break 'rows;
                }
                cells += 1;
            }
        }
        if cells == 6 { Ok(cells) } else { Err(Fault::Network) }
    }

    let log = Log::default();
    assert_eq!(run(&log).await, Ok(6));
    assert_eq!(log.attempts(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_macro_that_returns_leaves_the_attempt() {
    #[retry]
    async fn run(log: &Log) -> anyhow::Result<usize> {
        let attempt = log.attempt();
        if attempt < 3 {
            anyhow::bail!("attempt {attempt}");
        }
        Ok(attempt)
    }

    assert_eq!(run(&Log::default()).await.expect("the third succeeds"), 3);
}
