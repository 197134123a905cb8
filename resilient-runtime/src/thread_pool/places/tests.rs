//! Compares with a model that keeps for every job which job waits for it.

use proptest::prelude::*;

use super::*;

#[derive(Clone, Debug)]
enum Event {
    /// A caller outside of all jobs.
    Enter,
    /// One of the running jobs makes an inner call; one that waits already makes several at a time.
    Nest(prop::sample::Index),
    /// One of the jobs that run and wait for nothing ends.
    End(prop::sample::Index),
    /// The caller of one of the jobs leaves; if the job has begun it runs on.
    Abandon(prop::sample::Index),
}

fn events() -> impl Strategy<Value = Event> {
    prop_oneof![
        3 => Just(Event::Enter),
        4 => any::<prop::sample::Index>().prop_map(Event::Nest),
        3 => any::<prop::sample::Index>().prop_map(Event::End),
        2 => any::<prop::sample::Index>().prop_map(Event::Abandon),
    ]
}

/// A job as its caller sees it.
#[derive(Debug)]
struct Job {
    outer: Option<usize>,
    depth: usize,
    is_awaited: bool,
    at: JobState,
}

impl Job {
    fn seat(&self) -> Option<Seat> {
        match self.at {
            JobState::Seat(seat) => Some(seat),
            JobState::Queue(_) | JobState::End => None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum JobState {
    Queue(Key),
    Seat(Seat),
    End,
}

const PLACES: usize = 3;

struct Model {
    places: Places<usize>,
    jobs: Vec<Job>,
}

impl Model {
    /// The jobs of which `fits` is true.
    fn those(&self, fits: impl Fn(usize, &Job) -> bool) -> Vec<usize> {
        (0..self.jobs.len()).filter(|job| fits(*job, &self.jobs[*job])).collect()
    }

    fn running(&self) -> Vec<usize> {
        self.those(|_, job| job.seat().is_some())
    }

    /// The running jobs that do not wait for an inner one.
    fn busy(&self) -> Vec<usize> {
        let waits = |job| self.jobs.iter().any(|inner| inner.outer == Some(job) && inner.is_awaited);
        self.running().into_iter().filter(|job| !waits(*job)).collect()
    }

    fn enter(&mut self, outer: Option<usize>) {
        let job = self.jobs.len();
        let seat = outer.and_then(|outer| self.jobs[outer].seat());
        let sits_inside = |job: &Job, outer: Seat| job.seat().is_some_and(|seat| seat.at == outer.at.inner());
        let has_another = seat.is_some_and(|outer| !self.those(|_, job| sits_inside(job, outer)).is_empty());
        let at = match self.places.enter(job, seat, usize::MAX) {
            Placement::Seated(seated, seat) => {
                assert_eq!(seated, job);
                JobState::Seat(seat)
            }
            Placement::Queued(key) => JobState::Queue(key),
            Placement::Full(_) => unreachable!("the queue has no bound"),
        };
        let depth = outer.map_or(1, |outer| self.jobs[outer].depth + 1);
        if outer.is_some() && !has_another {
            assert!(matches!(at, JobState::Seat(_)), "an inner job begins at once unless another one still runs");
        }
        self.jobs.push(Job { outer, depth, is_awaited: true, at });
    }

    fn end(&mut self, job: usize) {
        let seat = self.jobs[job].seat().expect("it runs");
        self.jobs[job].at = JobState::End;
        self.jobs[job].is_awaited = false;
        if let Some((next, seat)) = self.places.leave(seat) {
            let first = self.those(|_, job| matches!(job.at, JobState::Queue(_)))[0];
            let outer = self.jobs[next].outer.and_then(|outer| self.jobs[outer].seat());
            let is_inner = outer.is_some_and(|outer| outer.at.inner() == seat.at);
            assert!(is_inner || next == first, "first come, first served");
            self.jobs[next].at = JobState::Seat(seat);
        }
    }

    fn abandon(&mut self, job: usize) {
        self.jobs[job].is_awaited = false;
        if let JobState::Queue(key) = self.jobs[job].at {
            assert_eq!(self.places.withdraw(key), Some(job));
            assert_eq!(self.places.withdraw(key), None);
            self.jobs[job].at = JobState::End;
        }
    }

    fn check(&self) {
        let (running, queued) = (self.running(), self.those(|_, job| matches!(job.at, JobState::Queue(_))));
        assert_eq!(self.places.waiting(), queued.len());
        assert!(queued.is_empty() || self.places.free() == 0, "nobody waits while a place is free");
        let depth = self.jobs.iter().map(|job| job.depth).max().unwrap_or(1);
        assert!(running.len() <= PLACES * depth);
        let outermost = running.iter().filter(|job| self.jobs[**job].outer.is_none()).count();
        assert!(outermost + self.places.free() <= PLACES);
    }
}

proptest! {
    #[test]
    fn an_inner_job_waits_for_nobody_elses(events in prop::collection::vec(events(), 1..200)) {
        let mut model = Model { places: Places::new(PLACES), jobs: Vec::new() };
        for event in events {
            let awaited = model.those(|_, job| job.is_awaited && job.at != JobState::End);
            let (running, busy) = (model.running(), model.busy());
            match event {
                Event::Enter => model.enter(None),
                Event::Nest(who) if !running.is_empty() => model.enter(Some(running[who.index(running.len())])),
                Event::End(who) if !busy.is_empty() => model.end(busy[who.index(busy.len())]),
                Event::Abandon(who) if !awaited.is_empty() => model.abandon(awaited[who.index(awaited.len())]),
                Event::Nest(_) | Event::End(_) | Event::Abandon(_) => {}
            }
            model.check();
        }
        // In the end all places are free again, in whatever order jobs ended.
        while let Some(job) = model.busy().first().copied() {
            model.end(job);
        }
        prop_assert_eq!((model.places.free(), model.places.waiting()), (PLACES, 0));
    }
}

/// Of a job that begins at once.
fn seated(entry: Placement<&'static str>) -> Seat {
    match entry {
        Placement::Seated(_, seat) => seat,
        Placement::Queued(_) | Placement::Full(_) => panic!("it has to wait"),
    }
}

#[test]
fn the_next_attempt_begins_when_the_one_before_has_ended() {
    let mut places = Places::new(1);
    let outer = seated(places.enter("outer", None, usize::MAX));
    let hangs = seated(places.enter("first attempt", Some(outer), usize::MAX));
    assert!(matches!(places.enter("another caller", None, usize::MAX), Placement::Queued(_)));
    assert!(matches!(places.enter("second attempt", Some(outer), usize::MAX), Placement::Queued(_)));
    let (next, second) = places.leave(hangs).expect("somebody waits");
    assert_eq!(next, "second attempt", "the place is for no other caller");
    assert!(places.leave(second).is_none());
    assert_eq!(places.leave(outer).map(|(job, _)| job), Some("another caller"));
}

#[test]
fn a_hung_inner_job_keeps_the_place_of_the_outer_one_that_has_ended() {
    let mut places = Places::new(1);
    let outer = seated(places.enter("outer", None, usize::MAX));
    let hangs = seated(places.enter("inner", Some(outer), usize::MAX));
    assert!(matches!(places.enter("another caller", None, usize::MAX), Placement::Queued(_)));
    assert!(places.leave(outer).is_none());
    assert_eq!(places.leave(hangs).map(|(job, _)| job), Some("another caller"));
}

#[test]
fn a_hung_job_at_the_bottom_does_not_keep_the_seat_of_the_one_above_it() {
    let mut places = Places::new(1);
    let outer = seated(places.enter("outer", None, usize::MAX));
    let middle = seated(places.enter("middle", Some(outer), usize::MAX));
    let hangs = seated(places.enter("inner", Some(middle), usize::MAX));
    assert!(places.leave(middle).is_none());
    let middle = seated(places.enter("middle again", Some(outer), usize::MAX));
    assert!(matches!(places.enter("inner again", Some(middle), usize::MAX), Placement::Queued(_)));
    assert_eq!(places.leave(hangs).map(|(job, _)| job), Some("inner again"));
}

#[test]
fn of_several_inner_jobs_each_gets_the_seat_when_the_one_before_has_ended() {
    let mut places = Places::new(1);
    let outer = seated(places.enter("outer", None, usize::MAX));
    let first = seated(places.enter("first", Some(outer), usize::MAX));
    for job in ["second", "third", "fourth"] {
        assert!(matches!(places.enter(job, Some(outer), usize::MAX), Placement::Queued(_)));
    }
    let (job, second) = places.leave(first).expect("somebody waits");
    let (next, third) = places.leave(second).expect("somebody waits");
    assert_eq!((job, next), ("second", "third"));
    assert!(matches!(places.enter("fifth", Some(outer), usize::MAX), Placement::Queued(_)));
    assert_eq!(places.leave(third).map(|(job, _)| job), Some("fourth"));
}

#[test]
fn exactly_as_many_wait_as_may() {
    let mut places = Places::new(2);
    let seats = ["first", "second"].map(|job| seated(places.enter(job, None, 1)));
    let Placement::Queued(key) = places.enter("third", None, 1) else { panic!("it waits") };
    assert!(matches!(places.enter("fourth", None, 1), Placement::Full("fourth")));
    assert_eq!(places.withdraw(key), Some("third"));
    assert!(matches!(places.enter("fifth", None, 1), Placement::Queued(_)));
    assert_eq!(places.leave(seats[0]).map(|(job, _)| job), Some("fifth"));
    assert!(matches!(places.enter("sixth", None, 0), Placement::Full("sixth")));
}

#[test]
fn the_seat_of_a_job_that_has_ended_is_not_that_of_the_next_one() {
    let mut places = Places::new(1);
    let ended = seated(places.enter("first", None, 0));
    assert!(places.is_running(ended));
    assert!(places.leave(ended).is_none());
    let next = seated(places.enter("second", None, 0));
    assert!(places.is_running(next) && !places.is_running(ended));
    assert!(matches!(places.enter("inner job of the first", Some(ended), 0), Placement::Full(_)));
    assert!(matches!(places.enter("inner job of the second", Some(next), 0), Placement::Seated(..)));
}
