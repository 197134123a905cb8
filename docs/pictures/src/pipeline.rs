//! The attributes of a function of the quickstart, as boxes in boxes.

use resilient::inspect::{Function, Layer, LayerKind, functions};

use crate::svg::{About, Anchor, Picture, Svg, WIDTH};

const ABOUT: About = About {
    name: "pipeline",
    title: "The pipeline of a function with five attributes",
    desc: "Boxes in boxes, from the outermost attribute to the body: fallback, retry, circuit breaker, timeout, bulkhead. \
           A call goes in from the outside, and its result comes back the same way.",
};

fn function() -> &'static Function {
    functions()
        .find(|known| known.path() == "resilient_pictures::client::quote")
        .expect("the function of the quickstart")
}

/// What a layer does with this call.
fn does(layer: &Layer) -> String {
    let setting = |name| layer.setting(name).unwrap_or_else(|| panic!("{layer} has no {name}"));
    match layer.kind() {
        LayerKind::Fallback => "answers if all else has failed".to_owned(),
        LayerKind::Retry => {
            format!("makes up to {} attempts, within {}", setting("max_attempts"), setting("max_elapsed"))
        }
        LayerKind::CircuitBreaker => {
            format!("refuses once {} of the last {} failed", setting("failure_rate"), setting("window"))
        }
        LayerKind::Timeout => format!("ends an attempt after {}", setting("duration")),
        LayerKind::Bulkhead => {
            format!("{} at a time, others wait up to {}", setting("max_concurrent"), setting("max_wait"))
        }
        other => unreachable!("{other:?} is not in the quickstart"),
    }
}

/// How far a box is inside of the one around it, and how high the text at its top is.
const INSET: f64 = 10.0;
const HEADER: f64 = 38.0;

/// The picture.
pub(crate) fn draw() -> Picture {
    let boxes = function().layers().iter().map(|layer| (format!("#[{}]", layer.kind()), does(layer)));
    let body = ("the body".to_owned(), "asks the service for a price".to_owned());
    let boxes: Vec<_> = boxes.chain([body]).collect();
    let mut svg = Svg::default();
    let (mut edge, mut top) = (INSET, INSET);
    let mut bottom = boxes.iter().fold(INSET, |y, _| y + HEADER + INSET);
    let height = bottom + INSET;
    for (name, does) in boxes {
        svg.bar("plain box", (edge, top), (WIDTH - edge, bottom));
        svg.heading((edge + 10.0, top + 17.0), &name);
        svg.small((edge + 10.0, top + 32.0), Anchor::Start, &does);
        (edge, top, bottom) = (edge + INSET, top + HEADER, bottom - INSET);
    }
    svg.finish(ABOUT, height)
}
