//! Runs benchmarks, and writes the results as Markdown.

use std::alloc::GlobalAlloc;
use std::process::Command;

use stats_alloc::StatsAlloc;

use crate::harness::{Put, Question};
use crate::table::{self, Counts};

/// Makes a benchmark when it runs, because some need to prepare shared state.
pub type Make = fn() -> Question;

/// Prints the results one by one: of benchmarks whose names begin with one of `starts`, or of all if there are none.
///
/// Calls that wait along with many others are measured in a process of their own: they depend on where the memory of
/// each lies, and after many other benchmarks that is what those have left.
pub fn print(questions: &[Make], starts: &[String]) {
    let counts = counts(starts);
    for question in asked(questions, starts) {
        eprintln!("{} …", question.id);
        let is_alone = matches!(starts, [only] if only == question.id);
        let rows = match &question.put {
            Put::Pending(_) | Put::Expiring(_) if !is_alone => {
                print!("{}", in_a_process_of_its_own(question.id));
                continue;
            }
            Put::Calls(calls) => calls.measure(),
            Put::Pending(pending) => pending.measure(),
            Put::Expiring(expiring) => expiring.measure(),
        };
        print!("{}", table::of(&question, &rows, &counts));
    }
}

fn in_a_process_of_its_own(id: &str) -> String {
    let here = std::env::current_exe().expect("a program has a place");
    let output = Command::new(here).arg(id).output().expect("it has begun once already");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("it writes UTF-8")
}

fn asked(questions: &[Make], starts: &[String]) -> impl Iterator<Item = Question> {
    let questions = questions.iter().map(|make| make());
    questions.filter(|it| starts.is_empty() || starts.iter().any(|start| it.id.starts_with(start)))
}

/// Runs the program `allocations`: a counting allocator here would distort the times.
fn counts(starts: &[String]) -> Counts {
    let here = std::env::current_exe().expect("a program has a place");
    let output = Command::new(here.with_file_name("allocations")).args(starts).output();
    let output = output.expect("`cargo build --release` builds both programs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("names are UTF-8");
    let count = |line: &str| {
        let mut cells = line.split('\t').map(str::to_owned);
        Some(((cells.next()?, cells.next()?), cells.next()?.parse().ok()?))
    };
    text.lines().filter_map(count).collect()
}

/// The work of that program: prints what the contenders allocate.
pub fn allocations<A: GlobalAlloc>(questions: &[Make], starts: &[String], allocator: &StatsAlloc<A>) {
    let held = || {
        let now = allocator.stats();
        now.bytes_allocated - now.bytes_deallocated
    };
    for question in asked(questions, starts) {
        let counts = match &question.put {
            Put::Calls(calls) => calls.count(|| allocator.stats().allocations),
            Put::Pending(pending) => pending.bytes(held),
            // A waiting task and what it holds: another benchmark measures that.
            Put::Expiring(_) => Vec::new(),
        };
        for (name, count) in counts {
            println!("{}\t{name}\t{count}", question.id);
        }
    }
}
