//! Time, from left to right.

use std::time::Duration;

use crate::svg::{Anchor, Svg, WIDTH};

/// Where moments are in a picture.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Axis {
    /// Where time begins; the names of rows end before it.
    pub(crate) left: f64,
    /// How much time there is.
    pub(crate) length: Duration,
}

/// Where time ends.
const RIGHT: f64 = WIDTH - 14.0;

impl Axis {
    /// Where a moment is.
    pub(crate) fn x(&self, moment: Duration) -> f64 {
        self.left + (RIGHT - self.left) * moment.as_secs_f64() / self.length.as_secs_f64()
    }

    /// The name of a row, whose middle is at `y`.
    pub(crate) fn name(&self, svg: &mut Svg, y: f64, name: &str) {
        svg.text((self.left - 8.0, y + 4.0), Anchor::End, name);
    }

    /// A span of time, whose middle is at `y`, with a word in it.
    pub(crate) fn span(&self, svg: &mut Svg, y: f64, (from, to): (Duration, Duration), (class, word): (&str, &str)) {
        svg.bar(class, (self.x(from), y - 9.0), (self.x(to), y + 9.0));
        svg.text((self.x(from).midpoint(self.x(to)), y + 4.0), Anchor::Middle, word);
    }

    /// Spans one after the other, whose middle is at `y`: where each begins, and its look.
    pub(crate) fn strip(&self, svg: &mut Svg, y: f64, spans: &[(Duration, (&str, &str))]) {
        let ends = spans.iter().skip(1).map(|(from, _)| *from).chain([self.length]);
        for ((from, look), to) in spans.iter().zip(ends) {
            self.span(svg, y, (*from, to), *look);
        }
    }

    /// A scale with a mark at each `step`, and lines up to `top`.
    pub(crate) fn scale(&self, svg: &mut Svg, step: Duration, top: f64, bottom: f64) {
        let marks = (0..).map(|number| step * number).take_while(|mark| *mark <= self.length);
        for mark in marks {
            svg.line("faint", (self.x(mark), top), (self.x(mark), bottom));
            let text = if mark.is_zero() { "0".to_owned() } else { format!("{mark:?}") };
            svg.small((self.x(mark), bottom + 12.0), Anchor::Middle, &text);
        }
    }
}
