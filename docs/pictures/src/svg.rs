//! What pictures are made of: text, bars, lines and marks, in colours that can be read on light and on dark pages.

use std::fmt::Write;

/// The width of every picture in its own units, about that of a phone in pixels. So text has 12 pixels there.
pub(crate) const WIDTH: f64 = 360.0;
/// Pixels of a unit on pages that are wide enough.
const SCALE: f64 = 4.0 / 3.0;

/// `currentColor` is the colour of text and lines. An image does not get it from its page, so it is set by the reader's
/// colour scheme. A reader may choose the other one for a page, so the picture brings its background along.
const STYLE: &str = "<style>.picture{color:#1f2328}.page{fill:#fff}\
    @media(prefers-color-scheme:dark){.picture{color:#dde3ea}.page{fill:#1c2128}}\
    .good{fill:#2da44e}.bad{fill:#d1493f}.waits{fill:#bf8700}.plain{fill:#4184e4}.rest{fill:#848d97}\
    .pale{fill-opacity:.35}.line{fill:none;stroke:currentColor}.faint{stroke-opacity:.3}.small{font-size:11.5px}\
    .strong{font-weight:600}.good.curve,.bad.curve,.plain.curve,.waits.curve{fill:none;stroke-width:2}\
    .good.curve,.good.ring{stroke:#2da44e}.bad.curve,.bad.ring{stroke:#d1493f}.bad.curve{stroke-dasharray:5 2}.plain.curve{stroke:#4184e4}\
    .waits.curve,.waits.ring{stroke:#bf8700}.box{fill-opacity:.09;stroke:currentColor;stroke-opacity:.4}.ring{fill:none;stroke-width:1.5}</style>";

/// A picture of a chapter.
#[derive(Debug)]
pub struct Picture {
    /// The name of its file without the extension.
    pub name: &'static str,
    /// The file.
    pub svg: String,
}

/// What a picture is called where it cannot be seen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct About {
    /// The name of its file without the extension.
    pub(crate) name: &'static str,
    /// What it shows.
    pub(crate) title: &'static str,
    /// What is to be seen in it.
    pub(crate) desc: &'static str,
}

/// Which end of a text is where it is put.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Anchor {
    /// Its first letter.
    Start,
    /// Its middle.
    Middle,
    /// Its last letter.
    End,
}

/// A picture that is being drawn.
#[derive(Debug, Default)]
pub(crate) struct Svg {
    body: String,
}

impl Svg {
    /// Text, its base line at `y`.
    pub(crate) fn text(&mut self, (x, y): (f64, f64), anchor: Anchor, text: &str) {
        self.styled_text((x, y), anchor, "", text);
    }

    /// Small text, its base line at `y`.
    pub(crate) fn small(&mut self, at: (f64, f64), anchor: Anchor, text: &str) {
        self.styled_text(at, anchor, " class=\"small\"", text);
    }

    /// A heading, its base line at `y`.
    pub(crate) fn heading(&mut self, at: (f64, f64), text: &str) {
        self.styled_text(at, Anchor::Start, " class=\"strong\"", text);
    }

    fn styled_text(&mut self, (x, y): (f64, f64), anchor: Anchor, class: &str, text: &str) {
        let (x, y, text) = (number(x), number(y), escaped(text));
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        self.add(format_args!("<text x=\"{x}\" y=\"{y}\"{anchor}{class}>{text}</text>"));
    }

    /// A rectangle from one corner to the opposite one.
    pub(crate) fn bar(&mut self, class: &str, (left, top): (f64, f64), (right, bottom): (f64, f64)) {
        let (x, y, width, height) = (number(left), number(top), number(right - left), number(bottom - top));
        self.add(format_args!(
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"2\"/>"
        ));
    }

    /// A straight line.
    pub(crate) fn line(&mut self, class: &str, (x1, y1): (f64, f64), (x2, y2): (f64, f64)) {
        let [x1, y1, x2, y2] = [x1, y1, x2, y2].map(number);
        self.add(format_args!("<path class=\"line {class}\" d=\"M{x1} {y1}L{x2} {y2}\"/>"));
    }

    /// A line through points.
    pub(crate) fn curve(&mut self, class: &str, points: impl IntoIterator<Item = (f64, f64)>) {
        let points: Vec<_> = points.into_iter().map(|(x, y)| format!("{} {}", number(x), number(y))).collect();
        self.add(format_args!("<path class=\"{class} curve\" d=\"M{}\"/>", points.join("L")));
    }

    /// A filled dot.
    pub(crate) fn dot(&mut self, class: &str, (x, y): (f64, f64)) {
        self.add(format_args!("<circle class=\"{class}\" cx=\"{}\" cy=\"{}\" r=\"2.2\"/>", number(x), number(y)));
    }

    /// A ring: a dot that is not filled.
    pub(crate) fn ring(&mut self, class: &str, (x, y): (f64, f64)) {
        self.add(format_args!("<circle class=\"{class} ring\" cx=\"{}\" cy=\"{}\" r=\"2\"/>", number(x), number(y)));
    }

    fn add(&mut self, element: std::fmt::Arguments<'_>) {
        writeln!(self.body, "{element}").expect("strings take all");
    }

    /// The file, as high as this many units.
    pub(crate) fn finish(self, about: About, height: f64) -> Picture {
        let About { name, title, desc } = about;
        let [width, height, wide, high] = [WIDTH, height, WIDTH * SCALE, height * SCALE].map(number);
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"picture\" viewBox=\"0 0 {width} {height}\" \
             width=\"{wide}\" height=\"{high}\" role=\"img\" fill=\"currentColor\" \
             font-family=\"system-ui,sans-serif\" font-size=\"12\">\n\
             <title>{}</title>\n<desc>{}</desc>\n{STYLE}\n\
             <rect class=\"page\" width=\"{width}\" height=\"{height}\" rx=\"6\"/>\n{}</svg>\n",
            escaped(title),
            escaped(desc),
            self.body
        );
        Picture { name, svg }
    }
}

/// With a digit after the point at most, so that files are short.
fn number(number: f64) -> String {
    let text = format!("{number:.1}");
    text.strip_suffix(".0").map_or_else(|| text.clone(), str::to_owned)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
