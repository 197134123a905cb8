//! The table of platforms has the targets that are tried before a release.

use crate::read;

#[test]
fn the_targets_in_the_table_are_those_that_are_tried() {
    let chapter = read("docs/guide/platforms.md");
    let rows = chapter.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    let described: Vec<_> = rows.map(|(target, _)| target.to_owned()).collect();
    let script = read(".ci/full");
    let (_, list) = script.split_once("for target in ").expect("a list of targets");
    let (list, _) = list.split_once("; do").expect("its end");
    let tried = list.split_whitespace().filter(|word| *word != "\\").map(str::to_owned);
    // The one that everything else is tried on.
    let tried: Vec<_> = ["x86_64-unknown-linux-gnu".to_owned()].into_iter().chain(tried).collect();
    assert_eq!(described, tried);
}
