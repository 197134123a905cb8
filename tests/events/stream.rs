//! Copies of events.

use resilient::events::{Event, Kinds};
use resilient::{BreakerPolicy, registry};

#[tokio::test]
async fn a_channel_keeps_the_newest_and_says_how_many_were_lost() {
    let breaker = registry().circuit_breaker_or_insert("channel", BreakerPolicy::new());
    let mut stream = resilient::events().kinds(Kinds::CHANGES).name("channel").unwrap().channel(4);
    assert!(stream.try_next().unwrap().is_none());
    for _ in 0..7 {
        breaker.force_open();
    }
    let lagged = stream.next().await.unwrap_err();
    assert_eq!(lagged.missed(), 3);
    assert_eq!(lagged.to_string(), "3 events were lost before they were read");
    for number in 4..=7 {
        let record = stream.next().await.unwrap();
        assert!(matches!(record.event(), Event::BreakerChanged(change) if change.number == number));
    }
    assert!(stream.try_next().unwrap().is_none());
}

#[test]
#[should_panic(expected = "a channel must hold at least one event")]
fn a_channel_of_nothing_is_a_mistake() {
    drop(resilient::events().channel(0));
}
