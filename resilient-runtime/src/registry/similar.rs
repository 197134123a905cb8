//! Finds misspelt names.

use resilient_rules::words::{distance, tolerance};

/// Whether one name is probably the other one misspelt: they differ in few letters. Case and separators do not count.
/// Names with different digits are never similar, because `shard-1` and `shard-2` are both meant.
pub(crate) fn similar(left: &str, right: &str) -> bool {
    slips(left, right).is_some()
}

/// The name that was probably meant: a path with the same last part, as where a module is missing, or the nearest name.
pub(crate) fn meant<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let known: Vec<_> = known.collect();
    let last = last_part(name);
    let elsewhere = known.iter().copied().find(|known| last.is_some() && last_part(known) == last);
    elsewhere.or_else(|| nearest(name, known.into_iter()))
}

fn last_part(path: &str) -> Option<&str> {
    path.rsplit_once("::").map(|(_, last)| last)
}

/// Of the names that are similar the one with the fewest slips, the first of several.
pub(crate) fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    known.filter_map(|known| Some((slips(known, name)?, known))).min_by_key(|(slips, _)| *slips).map(|(_, known)| known)
}

/// In how many letters two names differ, if they are similar.
fn slips(left: &str, right: &str) -> Option<usize> {
    let digits = |name: &str| name.chars().filter(char::is_ascii_digit).collect::<String>();
    if digits(left) != digits(right) {
        return None;
    }
    let letters = |name: &str| -> Vec<char> {
        name.chars().filter(|char| char.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let (left, right) = (letters(left), letters(right));
    let slips = distance(&left, &right);
    (slips <= tolerance(left.len())).then_some(slips)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_similar_and_another_name_is_not() {
        for (left, right) in
            [("payments", "paymnets"), ("payment", "payments"), ("user-api", "user_api"), ("UserApi", "user api")]
        {
            assert!(similar(left, right), "{left} and {right}");
        }
        for (left, right) in [("payments", "users"), ("shard-1", "shard-2"), ("db", "db2"), ("search", "sessions")] {
            assert!(!similar(left, right), "{left} and {right}");
        }
    }

    #[test]
    fn a_path_with_another_module_is_meant_before_a_neighbour() {
        let known = ["app::client::stock", "app::client::price", "app::client::prices"];
        for written in ["app::price", "app::client::tests::price", "price::price"] {
            assert_eq!(meant(written, known.into_iter()), Some("app::client::price"), "{written}");
        }
        assert_eq!(meant("app::client::stocks", known.into_iter()), Some("app::client::stock"));
        assert_eq!(meant("app::order", known.into_iter()), None);
    }

    #[test]
    fn the_nearest_of_several_similar_names_is_meant() {
        let known = ["app::client::users", "app::client::user", "app::client::used"];
        assert_eq!(nearest("app::client::usr", known.into_iter()), Some("app::client::user"));
        assert_eq!(nearest("app::server::order", known.into_iter()), None);
    }
}
