//! Models of settings that are replaced while calls read them.

use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::thread;

use super::*;
use crate::core::loom_model::model;

/// Settings that say when they are written and read: loom fails a model in which both could be at once.
struct Settings {
    value: u32,
    whole: UnsafeCell<()>,
}

impl Settings {
    fn new(value: u32) -> Self {
        let settings = Self { value, whole: UnsafeCell::new(()) };
        settings.whole.with_mut(|_| ());
        settings
    }

    fn read(&self) -> u32 {
        self.whole.with(|_| ());
        self.value
    }
}

fn replace(live: &Live<Settings>, value: u32) {
    live.replace(|known| known.read() == value, || Settings::new(value));
}

#[test]
fn whoever_reads_finds_the_settings_before_or_after_as_a_whole_and_never_older_ones() {
    model(|| {
        let live = Arc::new(Live::new(Settings::new(1)));
        replace(&live, 2);
        let readers = [(); 2].map(|()| {
            let live = Arc::clone(&live);
            thread::spawn(move || [live.get().read(), live.get().read()])
        });
        replace(&live, 3);
        for reader in readers {
            let read = reader.join().unwrap();
            assert!([[2, 2], [2, 3], [3, 3]].contains(&read), "{read:?}");
        }
        assert_eq!(live.get().read(), 3);
    });
}

#[test]
fn the_first_change_is_found_by_a_call_on_another_thread_as_a_whole() {
    model(|| {
        let live = Arc::new(Live::new(Settings::new(1)));
        let other = Arc::clone(&live);
        let reader = thread::spawn(move || [other.get().read(), other.get().read()]);
        replace(&live, 2);
        let read = reader.join().unwrap();
        assert!([[1, 1], [1, 2], [2, 2]].contains(&read), "{read:?}");
    });
}

#[test]
fn settings_that_come_back_are_found_by_their_number() {
    model(|| {
        let live = Arc::new(Live::new(Settings::new(1)));
        replace(&live, 2);
        let other = Arc::clone(&live);
        let reader = thread::spawn(move || other.get().read());
        replace(&live, 1);
        replace(&live, 2);
        assert!([1, 2].contains(&reader.join().unwrap()));
        assert_eq!(live.get().read(), 2);
    });
}
