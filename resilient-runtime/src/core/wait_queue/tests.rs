use std::collections::VecDeque;

use proptest::prelude::*;
use proptest::sample::Index;

use super::*;

#[derive(Clone, Debug)]
enum Event {
    Push,
    Pop,
    /// One that is queued leaves.
    Leave(Index),
    /// One that has left the order is removed.
    Remove(Index),
}

/// Each with how often it happens, so that there are several chunks.
fn events() -> impl Strategy<Value = (u32, Event)> {
    let event = prop_oneof![
        4 => Just(Event::Push),
        1 => Just(Event::Pop),
        2 => any::<Index>().prop_map(Event::Leave),
        1 => any::<Index>().prop_map(Event::Remove),
    ];
    (1..50_u32, event)
}

/// What the queue does, in plain collections.
#[derive(Default)]
struct Model {
    queue: WaitQueue<u32>,
    /// The queued items and their places, in order.
    queued: VecDeque<(u32, Place)>,
    /// Those that have left the order.
    kept: Vec<(u32, Place)>,
    next: u32,
}

impl<T: Default> Default for WaitQueue<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl Model {
    fn push(&mut self) {
        self.next += 1;
        self.queued.push_back((self.next, self.queue.push_back(self.next)));
    }

    fn pop(&mut self) {
        let popped = self.queue.pop_front().map(|item| *item);
        let expected = self.queued.pop_front();
        assert_eq!(popped, expected.as_ref().map(|(item, _)| *item));
        self.kept.extend(expected);
    }

    fn remove(&mut self, (item, place): (u32, Place)) {
        assert_eq!(*self.queue.item(&place), item);
        assert_eq!(self.queue.remove(place), item);
    }

    fn step(&mut self, event: &Event) {
        match event {
            Event::Push => self.push(),
            Event::Pop => self.pop(),
            Event::Leave(who) if !self.queued.is_empty() => {
                let leaving = self.queued.remove(who.index(self.queued.len())).unwrap();
                self.remove(leaving);
            }
            Event::Remove(who) if !self.kept.is_empty() => {
                let removed = self.kept.swap_remove(who.index(self.kept.len()));
                self.remove(removed);
            }
            Event::Leave(_) | Event::Remove(_) => {}
        }
    }

    fn compare(&mut self) {
        assert_eq!(self.queue.len(), self.queued.len());
        assert_eq!(self.queue.first().as_ref(), self.queued.front().map(|(_, place)| place));
        for (item, place) in self.queued.iter().chain(&self.kept) {
            assert_eq!(self.queue.item(place), item);
        }
        self.assert_chunks();
    }

    /// The chunks are those with an item, and the last one.
    fn assert_chunks(&mut self) {
        let places = self.queued.iter().chain(&self.kept).map(|(_, place)| place.parts().0);
        let mut expected: Vec<u32> = places.chain((self.queue.last != NONE).then_some(self.queue.last)).collect();
        expected.sort_unstable();
        expected.dedup();
        let entries = (0..).zip(&self.queue.table);
        let there: Vec<u32> = entries.filter(|(_, chunk)| !chunk.items.is_empty()).map(|(index, _)| index).collect();
        assert_eq!((there.len(), &there), (self.queue.chunks as usize, &expected));
    }
}

proptest! {
    #[test]
    fn it_behaves_like_a_deque(events in prop::collection::vec(events(), 1..100)) {
        let mut model = Model::default();
        for (times, event) in &events {
            (0..*times).for_each(|_| model.step(event));
            model.compare();
        }
        while model.queue.len() > 0 {
            model.pop();
        }
        while let Some(kept) = model.kept.pop() {
            model.remove(kept);
        }
        prop_assert!(model.queue.bytes() <= FEW, "{} bytes", model.queue.bytes());
    }
}

/// As many bytes as the first chunk and its table take.
const FEW: usize = FIRST_CHUNK as usize * size_of::<u32>() + size_of::<Chunk<u32>>();

fn remove_all(queue: &mut WaitQueue<u32>, places: impl IntoIterator<Item = Place>) {
    for place in places {
        queue.remove(place);
    }
}

#[test]
fn one_at_a_time_needs_one_chunk_and_its_table() {
    let mut queue = WaitQueue::new();
    for item in 0..1_000 {
        let place = queue.push_back(item);
        if item % 2 == 0 {
            queue.pop_front();
        }
        assert_eq!(queue.remove(place), item);
        assert!(queue.bytes() <= FEW, "{} bytes", queue.bytes());
    }
}

#[test]
fn the_memory_of_a_burst_is_given_back() {
    let mut queue = WaitQueue::new();
    let mut burst: Vec<Place> = (0..100_000_u32).map(|item| queue.push_back(item)).collect();
    let most = queue.bytes();
    // The first stays for long.
    remove_all(&mut queue, burst.drain(1..));
    assert!(queue.bytes() < most / 4, "{} bytes of {most}", queue.bytes());
    remove_all(&mut queue, burst);
    assert!(queue.bytes() <= FEW, "{} bytes", queue.bytes());
}

#[test]
fn a_queue_that_is_never_empty_uses_its_memory_again() {
    let mut queue = WaitQueue::new();
    let mut places: VecDeque<Place> = (0..100).map(|item| queue.push_back(item)).collect();
    let mut serve = |times| {
        for item in 0..times {
            queue.remove(places.pop_front().unwrap());
            places.push_back(queue.push_back(item));
        }
        queue.bytes()
    };
    let after_few = serve(10 * CHUNK);
    assert_eq!(serve(10_000 * CHUNK), after_few);
}

#[test]
fn chunks_that_are_freed_together_are_used_again() {
    let mut queue = WaitQueue::new();
    let mut places: VecDeque<Place> = (0..5 * CHUNK).map(|item| queue.push_back(item)).collect();
    let mut serve = || {
        remove_all(&mut queue, places.drain(..3 * CHUNK as usize).collect::<Vec<_>>());
        places.extend((0..3 * CHUNK).map(|item| queue.push_back(item)));
        queue.table.len()
    };
    let after_few = (0..10).map(|_| serve()).max();
    assert_eq!((0..1_000).map(|_| serve()).max(), after_few);
}

#[test]
fn the_first_chunk_stays_for_the_next_ones() {
    let mut queue = WaitQueue::new();
    let place = queue.push_back(1);
    queue.remove(place);
    assert_eq!((queue.bytes(), queue.len()), (FEW, 0));
}

#[test]
fn a_chunk_serves_as_many_as_it_has_places() {
    let mut queue = WaitQueue::new();
    let first: Vec<Place> = (0..FIRST_CHUNK).map(|item| queue.push_back(item)).collect();
    assert_eq!((queue.chunks, queue.bytes()), (1, FEW));
    let second: Vec<Place> = (0..CHUNK).map(|item| queue.push_back(item)).collect();
    assert_eq!((queue.chunks, second[0].parts()), (2, (1, 0)));
    let next = queue.push_back(0);
    assert_eq!((queue.chunks, next.parts()), (3, (2, 0)));
    remove_all(&mut queue, first.into_iter().chain(second));
    assert_eq!((queue.chunks, queue.first()), (1, Some(next)));
}

#[test]
fn an_item_takes_little_more_than_its_own_size() {
    let mut queue = WaitQueue::new();
    (0..40_000_u32).for_each(|item| _ = queue.push_back(u128::from(item)));
    assert!(queue.bytes() < 18 * 40_000, "{} bytes", queue.bytes());
}
