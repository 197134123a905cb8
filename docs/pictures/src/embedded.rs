//! Pictures within the text of rustdoc, which has no files beside its pages.

use std::fmt::Write;

/// The definition of the label `picture-<name>` with the picture as its address.
pub fn definition(name: &str, svg: &str) -> String {
    format!("[picture-{name}]: data:image/svg+xml,{}\n", encoded(svg))
}

/// Bytes that an address in Markdown or HTML may not have are written as their number.
fn encoded(svg: &str) -> String {
    let mut text = String::with_capacity(svg.len() * 3 / 2);
    for byte in svg.bytes().map(|byte| if byte == b'\n' { b' ' } else { byte }) {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'/' | b'=' | b':' | b';' | b',' => {
                text.push(char::from(byte));
            }
            byte => write!(text, "%{byte:02X}").expect("strings take all"),
        }
    }
    text
}
