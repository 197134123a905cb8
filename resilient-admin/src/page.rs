//! The page, and the header that allows its script and its styles, and nothing else.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::StatusCode;
use http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use sha2::{Digest, Sha256};

use crate::answer::{Answer, whole, with};

const HTML: &str = include_str!("../page/index.html");

/// What a browser may do with the page. The hashes are those of the texts between its tags.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    // Of hashes and fixed words, so it is one.
    HeaderValue::try_from(policy(HTML)).unwrap_or(HeaderValue::from_static("default-src 'none'"))
});

pub(crate) fn answer() -> Answer {
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    let answer = whole(StatusCode::OK, kind, Bytes::from_static(HTML.as_bytes()));
    with(answer, CONTENT_SECURITY_POLICY, POLICY.clone())
}

fn policy(html: &str) -> String {
    format!(
        "default-src 'none'; script-src {}; style-src {}; connect-src 'self'; img-src data:; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'",
        hashes(html, "script"),
        hashes(html, "style")
    )
}

/// The hashes of all elements of this kind, as sources; nothing is allowed if there are none.
fn hashes(html: &str, tag: &str) -> String {
    let (begin, end) = (format!("<{tag}>"), format!("</{tag}>"));
    let texts = html.split(&begin).skip(1).filter_map(|rest| rest.split_once(&end));
    let sources: Vec<_> =
        texts.map(|(text, _)| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))).collect();
    if sources.is_empty() { "'none'".to_owned() } else { sources.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_script_and_style_is_allowed_by_its_hash() {
        let html = "<style>a{}</style><script>alert('Hello, world.');</script><script></script>";
        // The first is the example of the recommendation.
        assert_eq!(
            hashes(html, "script"),
            "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng=' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
        );
        assert_eq!(hashes(html, "style").len(), "'sha256-'".len() + 44);
        assert_eq!(hashes("<p>", "script"), "'none'");
    }

    #[test]
    fn the_page_has_nothing_that_the_policy_forbids() {
        let lower = HTML.to_lowercase();
        for forbidden in ["<script ", "<style ", "<link", "<iframe", "<base", " style=", "http://", "https://", "\r"] {
            assert!(!lower.contains(forbidden), "{forbidden} is in the page");
        }
        assert!(lower.contains("<script>") && lower.contains("<style>"));
    }
}
