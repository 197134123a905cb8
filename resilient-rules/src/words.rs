//! Lists of words, and which of them was probably meant.

use std::fmt::{Display, Write as _};

/// `` `a` ``, `` `a` or `b` ``, `` `a`, `b` or `c` ``.
pub fn one_of<T: Display>(words: &[T]) -> String {
    let mut text = String::new();
    for (index, word) in words.iter().enumerate() {
        if index > 0 {
            text += if index + 1 == words.len() { " or " } else { ", " };
        }
        let _ = write!(text, "`{word}`");
    }
    text
}

/// `` did you mean `a`? ``
pub fn did_you_mean(word: impl Display) -> String {
    format!("did you mean `{word}`?")
}

/// The advice about a word that is not in `known`: the similar words if there are any, otherwise all.
pub fn suggestion(word: &str, known: &[&str]) -> String {
    if let Some(near) = nearest(word, known) {
        return did_you_mean(near);
    }
    let contains = |known: &&str| known.starts_with(word) || known.split('_').any(|part| part == word);
    let longer: Vec<&str> = known.iter().copied().filter(contains).collect();
    if longer.is_empty() { format!("write {}", one_of(known)) } else { format!("did you mean {}?", one_of(&longer)) }
}

/// The word of `known` that was probably meant by a word with typing mistakes: with the fewest of them, the first in the
/// alphabet of several.
pub fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    nearest_within(word, known, tolerance(word.chars().count()))
}

/// The same, with at most so many mistakes.
pub fn nearest_within<'a>(word: &str, known: &[&'a str], mistakes: usize) -> Option<&'a str> {
    let letters = |word: &str| word.chars().collect::<Vec<_>>();
    let word = letters(word);
    let (made, near) = known.iter().map(|candidate| (distance(&word, &letters(candidate)), *candidate)).min()?;
    (made <= mistakes).then_some(near)
}

/// The most typing mistakes of a word with so many letters: a third of them.
pub fn tolerance(letters: usize) -> usize {
    (letters / 3).max(1)
}

/// The number of insertions, deletions, replacements and swaps of neighbours between two words.
pub fn distance(left: &[char], right: &[char]) -> usize {
    let mut rows: Vec<Vec<usize>> = vec![(0..=right.len()).collect()];
    for i in 1..=left.len() {
        let mut row = vec![i];
        for j in 1..=right.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(left[i - 1] != right[j - 1]);
            let mut best = replaced.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[left.len()][right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_near_and_another_word_is_not() {
        let known = ["max_attempts", "max_delay", "jitter"];
        assert_eq!(suggestion("max_attemps", &known), "did you mean `max_attempts`?");
        assert_eq!(suggestion("jittre", &known), "did you mean `jitter`?");
        assert_eq!(suggestion("attempts", &known), "did you mean `max_attempts`?");
        assert_eq!(suggestion("max", &known), "did you mean `max_attempts` or `max_delay`?");
        assert_eq!(suggestion("max_", &known), "did you mean `max_attempts` or `max_delay`?");
        assert_eq!(suggestion("speed", &known), "write `max_attempts`, `max_delay` or `jitter`");
    }

    #[test]
    fn each_kind_of_mistake_counts_as_one() {
        let letters = |word: &str| word.chars().collect::<Vec<_>>();
        let of = |left: &str, right: &str| distance(&letters(left), &letters(right));
        assert_eq!([of("full", "ful"), of("ful", "full"), of("full", "fall"), of("full", "flul")], [1; 4]);
        assert_eq!([of("", ""), of("", "abc"), of("none", "equal")], [0, 3, 5]);
        assert_eq!(nearest_within("nome", &["none"], 1), Some("none"));
        assert_eq!(nearest_within("nomo", &["none"], 1), None);
    }
}
