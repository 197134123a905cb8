//! Each attempt has the arguments that the call was given.

use super::*;

/// Cannot be cloned.
struct Unique(Log);

#[tokio::test(start_paused = true)]
async fn an_attempt_borrows_them() {
    #[retry]
    async fn fails(unique: Unique, text: String, given: &Log) -> Result<(), Fault> {
        unique.0.attempt();
        given.attempt();
        assert_eq!(text, "text");
        Err(Fault::Network)
    }

    let log = Log::default();
    assert!(fails(Unique(Log::default()), "text".to_owned(), &log).await.is_err());
    assert_eq!(log.attempts(), 3);
}

#[tokio::test(start_paused = true)]
async fn an_attempt_does_not_see_what_an_earlier_one_did_to_a_mut_one() {
    #[retry]
    async fn fails(mut items: Vec<u32>, mut count: u32, log: &Log) -> Result<(), Fault> {
        items.push(1);
        count += 1;
        assert_eq!((items.len(), count), (2, 6));
        log.attempt();
        Err(Fault::Network)
    }

    let log = Log::default();
    assert!(fails(vec![0], 5, &log).await.is_err());
    assert_eq!(log.attempts(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_mut_one_may_be_consumed() {
    #[retry]
    async fn fails(mut items: Vec<u32>, log: &Log) -> Result<(), Vec<u32>> {
        log.attempt();
        items.push(1);
        Err(items)
    }

    assert_eq!(fails(vec![0], &Log::default()).await, Err(vec![0, 1]));
}

#[tokio::test(start_paused = true)]
async fn a_mut_one_within_a_pattern_is_cloned_too() {
    #[retry]
    async fn fails((mut text, log): (String, &Log)) -> Result<(), String> {
        log.attempt();
        text.push('!');
        Err(text)
    }

    let log = Log::default();
    assert_eq!(fails(("no".to_owned(), &log)).await, Err("no!".to_owned()));
    assert_eq!(log.attempts(), 3);
}

#[tokio::test(start_paused = true)]
async fn exclusive_borrows_are_lent_to_each_attempt() {
    struct Counter(u32);

    impl Counter {
        #[retry]
        async fn fails(&mut self, items: &mut Vec<u32>) -> Result<(), Fault> {
            self.0 += 1;
            items.push(self.0);
            Err(Fault::Network)
        }
    }

    let (mut counter, mut items) = (Counter(0), Vec::new());
    assert!(counter.fails(&mut items).await.is_err());
    assert_eq!((counter.0, items), (3, vec![1, 2, 3]));
}
