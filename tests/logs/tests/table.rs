//! The guide's table of logs is the one in the code.

use std::fs;
use std::path::Path;

use resilient::private::LOGS;

#[test]
fn the_guide_has_a_row_for_each_log() {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guide/logs.md");
    let text = fs::read_to_string(guide).expect("the chapter is there");
    let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("| `resilient::")).collect();
    let expected: Vec<String> = LOGS
        .iter()
        .map(|log| {
            let fields: Vec<String> = log.fields.iter().map(|field| format!("`{field}`")).collect();
            let (event, rest) = log.event.split_once(' ').unwrap_or((log.event, ""));
            let rest = if rest.is_empty() { String::new() } else { format!(" {rest}") };
            format!("| `{}` | {} | `{event}`{rest} | {} |", log.target, log.level, fields.join(", "))
        })
        .collect();
    assert_eq!(rows, expected);
}
