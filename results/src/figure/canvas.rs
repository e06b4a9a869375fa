//! What drawings consist of: lines, areas and texts, written as SVG.
//!
//! Texts lie above everything else. Each says where it starts and how wide it is, so that a viewer with another font
//! gives it the same place.

use super::font::{self, FAMILIES, baseline, below_middle, em};
use super::theme::{Colour, PAPER, style};

/// A place in a drawing: pixels from its left and from its upper edge.
pub type Pixel = (f64, f64);

/// How a line is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Stroke {
    /// Its colour.
    pub colour: Colour,
    /// Its width, pixels.
    pub width: f64,
    /// 1 hides what is below it, 0 nothing.
    pub opacity: f64,
    /// Lengths of dash and gap, pixels; none where it has no gaps.
    pub dashes: Option<(f64, f64)>,
}

/// Which part of a text is at its place, from left to right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Across {
    /// Its beginning.
    Start,
    /// Its middle.
    Middle,
    /// Its end.
    End,
}

/// Which part of a text is at its place, from top to bottom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Down {
    /// The top of the line.
    Top,
    /// The middle of its capital letters.
    Middle,
}

/// How a text is written.
#[derive(Clone, Copy, Debug)]
pub struct Letters {
    /// Pixels from line to line.
    pub size: f64,
    /// Their colour.
    pub colour: Colour,
    /// Which part of the text is at its place, from left to right.
    pub across: Across,
    /// The same from top to bottom.
    pub down: Down,
    /// Whether it is turned to run upwards around its place.
    pub upwards: bool,
}

/// A drawing in the making.
#[derive(Debug)]
pub struct Canvas {
    size: Pixel,
    shapes: String,
    texts: String,
}

impl Stroke {
    /// A line without gaps.
    pub fn new(colour: Colour, width: f64) -> Stroke {
        Stroke { colour, width, opacity: 1.0, dashes: None }
    }

    fn attributes(self) -> String {
        let mut said = format!("stroke=\"{}\" stroke-width=\"{}\"", self.colour, short(self.width));
        if self.opacity < 1.0 {
            said.push_str(&format!(" stroke-opacity=\"{}\"", short(self.opacity)));
        }
        if let Some((dash, gap)) = self.dashes {
            said.push_str(&format!(" stroke-dasharray=\"{} {}\"", short(dash), short(gap)));
        }
        said
    }
}

impl Letters {
    /// Letters that start at the upper left corner of their line.
    pub fn new(size: f64, colour: Colour) -> Letters {
        Letters { size, colour, across: Across::Start, down: Down::Top, upwards: false }
    }

    /// The same with another part of the text at its place.
    pub fn at(self, across: Across, down: Down) -> Letters {
        Letters { across, down, ..self }
    }
}

impl Canvas {
    /// A blank drawing of a width and a height in pixels.
    pub fn new((width, height): Pixel) -> Canvas {
        // Whole pixels, so that a picture of it has no edge that is half outside.
        Canvas { size: (width.ceil(), height.ceil()), shapes: String::new(), texts: String::new() }
    }

    /// A line through several places.
    pub fn line(&mut self, through: &[Pixel], stroke: Stroke) {
        let (points, stroke) = (points(through), stroke.attributes());
        self.shapes.push_str(&format!("<polyline fill=\"none\" {stroke} points=\"{points}\"/>\n"));
    }

    /// An area with an edge.
    pub fn area(&mut self, corners: &[Pixel], fill: Colour, edge: Stroke) {
        let (points, edge) = (points(corners), edge.attributes());
        self.shapes.push_str(&format!("<polygon fill=\"{fill}\" {edge} points=\"{points}\"/>\n"));
    }

    /// An area without an edge, through which this part of what is below it is hidden.
    pub fn band(&mut self, corners: &[Pixel], fill: Colour, opacity: f64) {
        let (points, opacity) = (points(corners), short(opacity));
        let fill = format!("fill=\"{fill}\" fill-opacity=\"{opacity}\"");
        self.shapes.push_str(&format!("<polygon {fill} stroke=\"none\" points=\"{points}\"/>\n"));
    }

    /// A disc with an edge.
    pub fn disc(&mut self, (x, y): Pixel, radius: f64, fill: Colour, edge: Stroke) {
        let (x, y, radius, edge) = (short(x), short(y), short(radius), edge.attributes());
        let disc = format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" fill=\"{fill}\" {edge}/>\n");
        self.shapes.push_str(&disc);
    }

    /// A text in one line.
    pub fn text(&mut self, text: &str, place: Pixel, letters: Letters) {
        let Letters { size, colour, across, down, upwards } = letters;
        let width = font::width(text, size);
        let back = match across {
            Across::Start => 0.0,
            Across::Middle => width / 2.0,
            Across::End => width,
        };
        let below = match down {
            Down::Top => baseline(size),
            Down::Middle => below_middle(size),
        };
        // Turned, a text starts below its place, and stands to the right of it.
        let (x, y) =
            if upwards { (place.0 + below, place.1 + back) } else { (place.0 - back, place.1 + below) };
        let (x, y) = (short(x), short(y));
        let turned = if upwards { format!(" transform=\"rotate(270 {x} {y})\"") } else { String::new() };
        let (size, width) = (format!("{:.4}", em(size)), short(width));
        let known = if text.chars().count() > 1 { format!(" textLength=\"{width}\"") } else { String::new() };
        let place = format!("x=\"{x}\" y=\"{y}\" font-size=\"{size}\"{known} fill=\"{colour}\"{turned}");
        self.texts.push_str(&format!("<text {place}>{}</text>\n", escaped(text)));
    }

    /// Texts under each other, so many pixels from line to line, the first at a place.
    pub fn paragraph(&mut self, lines: &[String], (x, y): Pixel, apart: f64, letters: Letters) {
        for (n, line) in lines.iter().enumerate() {
            self.text(line, (x, y + n as f64 * apart), letters);
        }
    }

    /// The drawing as an element that may stand in a page or be a file, with a title for readers who cannot see it.
    pub fn finish(self, title: &str) -> String {
        let Canvas { size, shapes, texts } = self;
        let ((width, height), title, style) = ((short(size.0), short(size.1)), escaped(title), style());
        let area = format!("width=\"{width}\" height=\"{height}\"");
        format!(
            "<svg class=\"drawing\" role=\"img\" aria-label=\"{title}\" {area} viewBox=\"0 0 {width} {height}\" \
             font-family=\"{FAMILIES}\" style=\"font-kerning:none\" xmlns=\"http://www.w3.org/2000/svg\">\n\
             {style}\n<rect {area} fill=\"{PAPER}\" stroke=\"none\"/>\n{shapes}{texts}</svg>\n"
        )
    }
}

/// A text as it stands in markup. XML has no way to write control characters, which are in damaged files only.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars().filter(|letter| !letter.is_control()) {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => {}
            _ => escaped.push(letter),
        }
    }
    escaped
}

fn points(places: &[Pixel]) -> String {
    let said: Vec<String> = places.iter().map(|(x, y)| format!("{},{}", short(*x), short(*y))).collect();
    said.join(" ")
}

/// A number with two decimals at most.
fn short(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_string() } else { text.to_string() }
}
