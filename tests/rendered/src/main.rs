//! Checks the pages that `cargo doc` has written: `cargo run -p resilient-rendered-tests -- target/doc`.
//!
//! Every link leads somewhere, no page has a title twice, and nothing on it is for those who work on this repository.
//! `cargo doc` leaves pages of what is gone in its folder, so a folder of old builds can have problems that no other has.

mod html;
mod links;
mod page;
mod site;
mod text;

use std::path::Path;
use std::process::ExitCode;

use site::Site;

fn main() -> ExitCode {
    let Some(folder) = std::env::args().nth(1) else {
        eprintln!("usage: rendered FOLDER, such as target/doc");
        return ExitCode::FAILURE;
    };
    let site = match Site::read(Path::new(&folder)) {
        Ok(site) => site,
        Err(error) => {
            eprintln!("{folder}: {error}");
            return ExitCode::FAILURE;
        }
    };
    let problems: Vec<_> = site.pages().flat_map(|(path, page)| problems(&site, path, page)).collect();
    for problem in &problems {
        eprintln!("{problem}");
    }
    let (pages, links) = (site.pages().count(), site.pages().map(|(_, page)| page.links.len()).sum::<usize>());
    println!("rendered: {pages} pages, {links} links, {} problems", problems.len());
    if pages > 0 && problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn problems(site: &Site, path: &Path, page: &page::Page) -> Vec<String> {
    let all = links::dead(site, path, page).into_iter().chain(text::problems(page));
    all.map(|problem| format!("{}: {problem}", path.display())).collect()
}
