//! Every link leads somewhere.

use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::page::Page;
use crate::site::Site;

/// Other hosts that the documentation may lead to. What is behind them is not looked at.
const HOSTS: [&str; 14] = [
    "aws.amazon.com",
    "doc.rust-lang.org",
    "docs.rs",
    "failsafe-go.dev",
    "github.com",
    "resilience4j.readme.io",
    "rustsec.org",
    "sre.google",
    "tenacity.readthedocs.io",
    "tokio.rs",
    "www.envoyproxy.io",
    "www.pollydocs.org",
    "www.rfc-editor.org",
    "www.w3.org",
];

/// What is wrong with the links of a page, whose path is within the folder of the site.
pub(crate) fn dead(site: &Site, path: &Path, page: &Page) -> Vec<String> {
    let links =
        page.links.iter().filter(|link| !["data:", "javascript:"].iter().any(|scheme| link.starts_with(scheme)));
    links.filter_map(|link| problem(site, path, link).map(|why| format!("`{link}` {why}"))).collect()
}

fn problem(site: &Site, from: &Path, link: &str) -> Option<String> {
    let Some((_, address)) = link.split_once("://") else {
        return within(site, from, link);
    };
    let (host, path) = address.split_once('/').unwrap_or((address, ""));
    if !HOSTS.contains(&host) {
        return Some(format!("leads to a host that is not in the list of {}", file!()));
    }
    let steps: Vec<_> = path.splitn(4, '/').collect();
    match steps[..] {
        ["crate", package, "latest", file] if is_own(package) => not_in_package(file),
        [package, "latest", library, page] if is_own(package) => {
            within(site, Path::new(""), &format!("{library}/{page}"))
        }
        _ => None,
    }
}

/// Whether a package of docs.rs is one of this repository.
fn is_own(package: &str) -> bool {
    package.starts_with("resilient-")
}

/// What is wrong with a link to a source that docs.rs shows: it has what is in the package of the library.
fn not_in_package(file: &str) -> Option<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let file = file.strip_prefix("source/").unwrap_or(file);
    let first = file.split('/').next().unwrap_or(file);
    let manifest = fs::read_to_string(root.join("Cargo.toml")).unwrap_or_default();
    let included = manifest.lines().find(|line| line.starts_with("include = ")).unwrap_or_default();
    let travels = included.contains(&format!("\"/{first}\"")) && root.join(file).exists();
    (!travels).then(|| "leads to a file that is not in the package".to_owned())
}

/// A link from one page of the site to another, or to a place of the same.
fn within(site: &Site, from: &Path, link: &str) -> Option<String> {
    let (file, place) = link.split_once('#').unwrap_or((link, ""));
    let file = decoded(file.split('?').next().unwrap_or(file));
    let target = if file.is_empty() { from.to_owned() } else { joined(from.parent().unwrap_or(from), &file) };
    if !site.has(&target) {
        return Some("leads to no page".to_owned());
    }
    let leads = place.is_empty() || site.page(&target).is_none_or(|page| has_place(page, place));
    (!leads).then(|| "leads to no place of its page".to_owned())
}

/// Whether a page has a place. Browsers look for it as it is written, and then without `%20` and the like.
fn has_place(page: &Page, place: &str) -> bool {
    // Lines of a source are a range: `#3-7`.
    let is_range = place.split('-').all(|line| !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit()));
    if is_range {
        return place.split('-').all(|line| page.ids.contains(line));
    }
    page.ids.contains(place) || page.ids.contains(&decoded(place))
}

/// A path from a folder, without `.` and `..`.
fn joined(folder: &Path, link: &str) -> PathBuf {
    let mut joined = PathBuf::new();
    for component in folder.join(link).components() {
        match component {
            Component::ParentDir => _ = joined.pop(),
            Component::Normal(name) => joined.push(name),
            _ => {}
        }
    }
    joined
}

/// Text without `%20` and the like.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = hex.filter(|_| first == b'%').and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(byte.unwrap_or(first));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site() -> Site {
        Site::of([
            ("lib/index.html", "<h2 id='a%20b'></h2><h2 id='a b'></h2>"),
            ("lib/guide/index.html", "<p id=x><p id='a%20b'>"),
            ("src/lib/lib.rs.html", "<a id=1></a><a id=2></a>"),
        ])
    }

    fn dead_in(link: &str) -> Vec<String> {
        let page = Page::read(&format!("<a id=here href=\"{link}\">"));
        dead(&site(), Path::new("lib/guide/index.html"), &page)
    }

    #[test]
    fn a_link_to_a_page_or_a_place_is_alive() {
        for link in [
            "#x",
            "#",
            "#a%20b",
            "#%78",
            "../index.html",
            "../index.html#a%20b",
            "../../src/lib/lib.rs.html#1-2",
            "?search=a#x",
        ] {
            assert_eq!(dead_in(link), [""; 0], "{link}");
        }
    }

    #[test]
    fn a_link_to_nothing_is_dead() {
        for link in ["#y", "index.htm", "../index.html#x", "../../src/lib/lib.rs.html#1-3", "picture.svg", "../.."] {
            assert_eq!(dead_in(link).len(), 1, "{link}");
        }
    }

    #[test]
    fn other_hosts_are_listed_and_own_pages_there_are_looked_at() {
        let pages = "https://docs.rs/resilient-toolkit/latest/lib/guide/index.html";
        let sources = "https://docs.rs/crate/resilient-toolkit/latest/source";
        let (place, source) = (format!("{pages}#x"), format!("{sources}/src/lib.rs"));
        for link in ["https://docs.rs/tower", "https://tokio.rs", &place, &source] {
            assert_eq!(dead_in(link), [""; 0], "{link}");
        }
        let (place, source, script) =
            (format!("{pages}#y"), format!("{sources}/src/none.rs"), format!("{sources}/.ci/run"));
        for link in ["https://example.com/a", &place, &source, &script] {
            assert_eq!(dead_in(link).len(), 1, "{link}");
        }
    }
}
