//! A queue with removal from the middle in constant time.
//!
//! It is a doubly linked list whose links are indices into one vector, so that pushing and removing allocate nothing
//! once the vector is large enough. Free nodes form a second list in the same vector.

/// A first-in, first-out queue. [`remove`](Self::remove) takes an item out of the middle.
#[derive(Debug)]
pub(crate) struct LinkedQueue<T> {
    nodes: Vec<Node<T>>,
    queued: List,
    /// The node that was freed first is used first: after a burst the items gather at the front, and the end of the
    /// vector can be freed.
    free: List,
    len: usize,
    /// The serial number of the next item.
    serial: u64,
    #[cfg(test)]
    steps: u64,
}

#[derive(Debug)]
struct Node<T> {
    /// `None` if the node is free.
    item: Option<T>,
    /// Distinguishes the items that use this node one after the other.
    serial: u64,
    before: Option<usize>,
    after: Option<usize>,
}

/// The first and the last node of a list.
#[derive(Clone, Copy, Debug, Default)]
struct List {
    first: Option<usize>,
    last: Option<usize>,
}

/// Identifies an item that has been queued, and no other one, even after the item is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    index: usize,
    serial: u64,
}

/// A vector of at most this capacity is not shrunk.
const SMALL: usize = 64;

impl<T> LinkedQueue<T> {
    pub(crate) const fn new() -> Self {
        const EMPTY: List = List { first: None, last: None };
        Self {
            nodes: Vec::new(),
            queued: EMPTY,
            free: EMPTY,
            len: 0,
            serial: 0,
            #[cfg(test)]
            steps: 0,
        }
    }

    #[cfg(test)]
    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    /// The nodes that are allocated.
    #[cfg(test)]
    pub(crate) const fn capacity(&self) -> usize {
        self.nodes.capacity()
    }

    /// The nodes that have been linked, unlinked, or given back so far.
    #[cfg(test)]
    pub(crate) const fn steps(&self) -> u64 {
        self.steps
    }

    pub(crate) fn push_back(&mut self, item: T) -> Key {
        let serial = self.serial;
        self.serial += 1;
        let index = match self.free.first {
            Some(index) => {
                self.unlink(index);
                index
            }
            None => {
                self.nodes.push(Node { item: None, serial, before: None, after: None });
                self.nodes.len() - 1
            }
        };
        self.nodes[index].item = Some(item);
        self.nodes[index].serial = serial;
        self.link_last(index);
        self.len += 1;
        Key { index, serial }
    }

    pub(crate) fn pop_front(&mut self) -> Option<T> {
        self.queued.first.and_then(|first| self.take(first))
    }

    /// The item, if it is still queued.
    pub(crate) fn remove(&mut self, key: Key) -> Option<T> {
        let node = self.nodes.get(key.index)?;
        if node.item.is_some() && node.serial == key.serial { self.take(key.index) } else { None }
    }

    fn take(&mut self, index: usize) -> Option<T> {
        self.unlink(index);
        let item = self.nodes[index].item.take();
        self.link_last(index);
        self.len -= 1;
        self.shrink();
        item
    }

    /// Frees the unused nodes at the end. Each was pushed once, so the cost is that of pushing.
    fn shrink(&mut self) {
        while self.nodes.last().is_some_and(|node| node.item.is_none()) {
            self.unlink(self.nodes.len() - 1);
            self.nodes.pop();
        }
        if self.nodes.capacity() > SMALL && self.nodes.len() <= self.nodes.capacity() / 4 {
            self.nodes.shrink_to(self.nodes.len() * 2);
        }
    }

    /// The list that a node is in.
    fn list(&mut self, index: usize) -> &mut List {
        if self.nodes[index].item.is_some() { &mut self.queued } else { &mut self.free }
    }

    fn link_last(&mut self, index: usize) {
        #[cfg(test)]
        {
            self.steps += 1;
        }
        let before = self.list(index).last.replace(index);
        self.nodes[index].before = before;
        self.nodes[index].after = None;
        match before {
            Some(before) => self.nodes[before].after = Some(index),
            None => self.list(index).first = Some(index),
        }
    }

    fn unlink(&mut self, index: usize) {
        #[cfg(test)]
        {
            self.steps += 1;
        }
        let (before, after) = (self.nodes[index].before, self.nodes[index].after);
        match before {
            Some(before) => self.nodes[before].after = after,
            None => self.list(index).first = after,
        }
        match after {
            Some(after) => self.nodes[after].before = before,
            None => self.list(index).last = before,
        }
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests {
    use std::collections::VecDeque;

    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug)]
    enum Event {
        Push,
        Pop,
        /// The item with this index leaves.
        Remove(prop::sample::Index),
        /// Removes by any key that was ever given.
        RemoveAgain(prop::sample::Index),
    }

    fn events() -> impl Strategy<Value = Event> {
        prop_oneof![
            4 => Just(Event::Push),
            1 => Just(Event::Pop),
            2 => any::<prop::sample::Index>().prop_map(Event::Remove),
            1 => any::<prop::sample::Index>().prop_map(Event::RemoveAgain),
        ]
    }

    proptest! {
        #[test]
        fn it_behaves_like_a_deque(events in prop::collection::vec(events(), 1..400)) {
            let mut queue = LinkedQueue::new();
            let mut model = VecDeque::new();
            let mut keys = Vec::new();
            for event in events {
                match event {
                    Event::Push => {
                        let item = keys.len();
                        keys.push(queue.push_back(item));
                        model.push_back(item);
                    }
                    Event::Pop => prop_assert_eq!(queue.pop_front(), model.pop_front()),
                    Event::Remove(who) if !model.is_empty() => {
                        let item = model.remove(who.index(model.len())).unwrap();
                        prop_assert_eq!(queue.remove(keys[item]), Some(item));
                    }
                    Event::RemoveAgain(who) if !keys.is_empty() => {
                        let item = who.index(keys.len());
                        let place = model.iter().position(|queued| *queued == item);
                        prop_assert_eq!(queue.remove(keys[item]), place.and_then(|place| model.remove(place)));
                    }
                    Event::Remove(_) | Event::RemoveAgain(_) => {}
                }
                prop_assert_eq!(queue.len(), model.len());
            }
            prop_assert_eq!(std::iter::from_fn(|| queue.pop_front()).collect::<VecDeque<_>>(), model);
        }
    }

    #[test]
    fn a_key_does_not_fit_the_next_item_in_its_slot() {
        let mut queue = LinkedQueue::new();
        let old = queue.push_back("old");
        assert_eq!(queue.remove(old), Some("old"));
        let new = queue.push_back("new");
        assert_eq!((queue.remove(old), queue.remove(new)), (None, Some("new")));
    }

    #[test]
    fn the_memory_of_a_burst_is_given_back_though_the_queue_is_never_empty() {
        let mut queue = LinkedQueue::new();
        for item in 0..100_000 {
            queue.push_back(item);
        }
        for item in 100_000..300_000 {
            queue.pop_front();
            if queue.len() < 3 {
                queue.push_back(item);
            }
        }
        assert_eq!(queue.len(), 3);
        assert!(queue.capacity() <= SMALL, "{}", queue.capacity());
    }

    #[test]
    fn slots_are_used_again() {
        let mut queue = LinkedQueue::new();
        queue.push_back(0);
        for item in 1..10_000 {
            let key = queue.push_back(item);
            let next = queue.push_back(item);
            assert_eq!(queue.remove(key), Some(item));
            assert_eq!(queue.remove(next), Some(item));
        }
        assert!(queue.capacity() <= 8, "{}", queue.capacity());
    }
}
