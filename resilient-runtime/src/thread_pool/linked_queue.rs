//! A queue with removal from the middle in constant time.
//!
//! It is a doubly linked list whose links are indices into one vector, so that pushing and removing allocate nothing
//! once the vector is large enough. Free nodes form a second list in the same vector.

/// A first-in, first-out queue. [`remove`](Self::remove) takes an item out of the middle.
#[derive(Debug)]
pub(crate) struct LinkedQueue<T> {
    /// The queued and the free ones, in no order.
    nodes: Vec<Node<T>>,
    /// The first queued node, or [`NONE`].
    queued: u32,
    /// The node that was freed first, or [`NONE`]. It is used first: after a burst the items gather at the front, and the
    /// end of the vector can be freed.
    free: u32,
    /// The number of queued items.
    len: u32,
    /// The serial number of the next item.
    serial: u64,
}

#[derive(Debug)]
struct Node<T> {
    /// `None` if the node is free.
    item: Option<T>,
    /// Distinguishes the items that use this node one after the other.
    serial: u64,
    /// The node before it in its list. Before the first is the last.
    before: u32,
    /// The node after it in its list. After the last is the first.
    after: u32,
}

/// No node has this index. Indices have four bytes, so that an empty queue has few.
const NONE: u32 = u32::MAX;

/// Identifies an item that has been queued, and no other one, even after the item is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    /// The item's node.
    index: u32,
    serial: u64,
}

/// A vector of at most this capacity is not shrunk.
const SMALL: usize = 64;

impl<T> LinkedQueue<T> {
    pub(crate) const fn new() -> Self {
        Self { nodes: Vec::new(), queued: NONE, free: NONE, len: 0, serial: 0 }
    }

    pub(crate) const fn len(&self) -> usize {
        self.len as usize
    }

    /// The nodes that are allocated.
    #[cfg(test)]
    pub(crate) const fn capacity(&self) -> usize {
        self.nodes.capacity()
    }

    /// Adds an item as the last one.
    ///
    /// # Panics
    ///
    /// If 4,294,967,295 items are queued.
    pub(crate) fn push_back(&mut self, item: T) -> Key {
        let serial = self.serial;
        self.serial += 1;
        let index = if self.free == NONE { self.add_node() } else { self.free };
        self.unlink(index);
        let node = self.node(index);
        node.item = Some(item);
        node.serial = serial;
        self.link_last(index);
        self.len += 1;
        Key { index, serial }
    }

    /// A new node, which is free.
    fn add_node(&mut self) -> u32 {
        let index = u32::try_from(self.nodes.len()).ok().filter(|&index| index != NONE).expect("fewer are queued");
        self.nodes.push(Node { item: None, serial: 0, before: index, after: index });
        self.link_last(index);
        index
    }

    pub(crate) fn pop_front(&mut self) -> Option<T> {
        if self.queued == NONE { None } else { self.take(self.queued) }
    }

    /// The first item, and the key that it had.
    pub(crate) fn pop_front_with_key(&mut self) -> Option<(Key, T)> {
        let serial = self.nodes.get(self.queued as usize)?.serial;
        let key = Key { index: self.queued, serial };
        self.pop_front().map(|item| (key, item))
    }

    /// The item, if it is still queued.
    pub(crate) fn remove(&mut self, key: Key) -> Option<T> {
        let node = self.nodes.get(key.index as usize)?;
        if node.item.is_some() && node.serial == key.serial { self.take(key.index) } else { None }
    }

    fn take(&mut self, index: u32) -> Option<T> {
        self.unlink(index);
        let item = self.node(index).item.take();
        self.link_last(index);
        self.len -= 1;
        self.shrink();
        item
    }

    /// Frees the unused nodes at the end. Each was pushed once, so the cost is that of pushing.
    fn shrink(&mut self) {
        while self.nodes.last().is_some_and(|node| node.item.is_none()) {
            let last = self.nodes.len() - 1;
            self.unlink(u32::try_from(last).expect("the index of a node"));
            self.nodes.pop();
        }
        if self.nodes.capacity() > SMALL && self.nodes.len() <= self.nodes.capacity() / 4 {
            self.nodes.shrink_to(self.nodes.len() * 2);
        }
    }

    fn node(&mut self, index: u32) -> &mut Node<T> {
        &mut self.nodes[index as usize]
    }

    /// The first node of the list that a node is in.
    fn first(&mut self, index: u32) -> &mut u32 {
        if self.node(index).item.is_some() { &mut self.queued } else { &mut self.free }
    }

    fn link_last(&mut self, index: u32) {
        if *self.first(index) == NONE {
            *self.first(index) = index;
        }
        let after = *self.first(index);
        // The last one, or the node itself if it is the only one.
        let before = if after == index { index } else { self.node(after).before };
        self.node(before).after = index;
        self.node(after).before = index;
        let node = self.node(index);
        (node.before, node.after) = (before, after);
    }

    fn unlink(&mut self, index: u32) {
        let Node { before, after, .. } = *self.node(index);
        if *self.first(index) == index {
            *self.first(index) = if after == index { NONE } else { after };
        }
        self.node(before).after = after;
        self.node(after).before = before;
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
