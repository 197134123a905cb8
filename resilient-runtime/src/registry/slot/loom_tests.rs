//! Models of a slot whose policy changes while calls ask it.

use loom::sync::Arc;
use loom::thread;

use super::*;
use crate::core::loom_model::model;
use crate::core::numbered::Numbered;

#[test]
fn whoever_reads_a_number_finds_its_policy() {
    model(|| {
        // As the table of policies, which outlives a model.
        let shared = Arc::new((Numbered::<u32>::new(), Slot::given()));
        assert_eq!(shared.1.number(), 0);
        let other = Arc::clone(&shared);
        let reader = thread::spawn(move || {
            let (table, slot) = &*other;
            let numbers = [slot.number(), slot.number()];
            for number in numbers.into_iter().filter(|number| *number > 0) {
                assert_eq!(table.get(number), Some(&(10 * number)), "the policy of number {number}");
            }
            assert!(numbers[0] <= numbers[1]);
        });
        let (table, slot) = &*shared;
        for value in [10, 20] {
            slot.set(table.find_or_add(|known| *known == value, || value).unwrap());
        }
        reader.join().unwrap();
        assert_eq!(slot.number(), 2);
    });
}
