//! Models of values that get their numbers from several threads.

use loom::sync::Arc;
use loom::thread;

use super::*;
use crate::core::loom_model::model;

fn numbers(table: &Arc<Numbered<u32>>, values: [u32; 2]) -> [u32; 2] {
    let threads = values.map(|value| {
        let table = Arc::clone(table);
        thread::spawn(move || {
            let number = table.find_or_add(|known| *known == value, || value).unwrap();
            assert_eq!(table.get(number), Some(&value), "who has a number finds its value");
            number
        })
    });
    threads.map(|thread| thread.join().unwrap())
}

#[test]
fn equal_values_get_one_number() {
    model(|| {
        let table = Arc::new(Numbered::new());
        assert_eq!(numbers(&table, [7, 7]), [1, 1]);
        assert_eq!(table.get(2), None);
    });
}

#[test]
fn different_values_get_different_numbers_of_which_none_is_left_out() {
    model(|| {
        let table = Arc::new(Numbered::new());
        let mut numbers = numbers(&table, [7, 8]);
        numbers.sort_unstable();
        assert_eq!(numbers, [1, 2]);
    });
}
