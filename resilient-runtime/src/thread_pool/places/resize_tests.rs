//! The number of places changes while jobs run and wait.

use std::collections::VecDeque;

use proptest::prelude::*;

use super::{Placement, Places, Seat};

#[derive(Clone, Debug)]
enum Event {
    Enter,
    /// The job with this index among those that run ends.
    Leave(prop::sample::Index),
    Resize(usize),
}

fn events() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => Just(Event::Enter),
        3 => any::<prop::sample::Index>().prop_map(Event::Leave),
        1 => (1_usize..6).prop_map(Event::Resize),
    ]
}

proptest! {
    #[test]
    fn nobody_waits_while_a_place_is_free_and_nobody_enters_while_too_many_run(
        first in 1_usize..4,
        events in prop::collection::vec(events(), 1..200),
    ) {
        let mut most = first;
        let mut places = Places::new(most);
        let mut running: Vec<(usize, Seat)> = Vec::new();
        let mut waiting = VecDeque::new();
        for (job, event) in events.into_iter().enumerate() {
            let before = running.len();
            match event {
                Event::Enter => match places.enter(job, None, usize::MAX) {
                    Placement::Seated(job, seat) => running.push((job, seat)),
                    Placement::Queued(_) => waiting.push_back(job),
                    Placement::Full(_) => prop_assert!(false, "the queue has no bound"),
                },
                Event::Leave(which) if !running.is_empty() => {
                    let (_, seat) = running.swap_remove(which.index(before));
                    if let Some((next, seat)) = places.leave(seat) {
                        prop_assert_eq!(Some(next), waiting.pop_front());
                        running.push((next, seat));
                    }
                }
                Event::Resize(to) => {
                    most = to;
                    for (next, seat) in places.resize(to) {
                        prop_assert_eq!(Some(next), waiting.pop_front());
                        running.push((next, seat));
                    }
                }
                Event::Leave(_) => {}
            }
            prop_assert!(running.len() <= most.max(before), "no more enter than may");
            prop_assert!(waiting.is_empty() || running.len() >= most, "nobody waits for nothing");
            prop_assert_eq!((places.taken(), places.waiting()), (running.len(), waiting.len()));
        }
    }
}
