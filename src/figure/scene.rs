//! A picture as a tree of shapes and text, written as one SVG string. What makes it pixels draws
//! the same tree, and a test holds the one against the other.

use std::fmt::Write;

use super::language::Language;
use super::style::{Colour, PAPER};
use super::text::{self, Script, Weight};
use super::theme::Theme;

/// A picture.
pub struct Scene {
    /// Width in points.
    pub width: f64,
    /// Height in points.
    pub height: f64,
    /// The picture's title, for readers that can't see it.
    pub title: String,
    /// What it shows, in a sentence or two, for the same readers.
    pub description: String,
    /// Shapes to be used again by `id`.
    pub symbols: Vec<(String, Vec<Node>)>,
    /// What is drawn, first things at the bottom.
    pub nodes: Vec<Node>,
    /// How colours look.
    pub theme: Theme,
    /// The language of its words.
    pub language: Language,
}

/// How a line or an area is painted.
#[derive(Debug, Clone, Default)]
pub struct Paint {
    /// Fill colour; none leaves the inside open.
    pub fill: Option<Colour>,
    /// Stroke colour and width in points.
    pub stroke: Option<(Colour, f64)>,
    /// Dash pattern in points.
    pub dash: Option<&'static str>,
    /// How much of what is below the fill hides, from 0 to 1; none hides all. Such a fill goes by
    /// the winding of its rings: areas that wind alike may overlap and hide no more for it.
    pub opacity: Option<f64>,
}

impl Paint {
    /// A fill without an outline.
    pub fn fill(colour: Colour) -> Self {
        Paint { fill: Some(colour), ..Paint::default() }
    }

    /// A line.
    pub fn line(colour: Colour, width: f64) -> Self {
        Paint { stroke: Some((colour, width)), ..Paint::default() }
    }

    /// The same with an outline.
    pub fn outlined(self, colour: Colour, width: f64) -> Self {
        Paint { stroke: Some((colour, width)), ..self }
    }

    /// The same, dashed.
    pub fn dashed(self, pattern: &'static str) -> Self {
        Paint { dash: Some(pattern), ..self }
    }
}

/// Which end of a text its point is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Anchor {
    /// The text begins there.
    #[default]
    Start,
    /// The text is centred there.
    Middle,
    /// The text ends there.
    End,
}

/// A line of text. `y` is the base line.
#[derive(Debug, Clone)]
pub struct Text {
    /// Horizontal position in points.
    pub x: f64,
    /// The base line in points.
    pub y: f64,
    /// What it says.
    pub text: String,
    /// Font size in points.
    pub size: f64,
    /// Weight.
    pub weight: Weight,
    /// Colour.
    pub colour: Colour,
    /// Which end `x` is.
    pub anchor: Anchor,
    /// Whether a halo in the paper's colour parts it from what is below.
    pub halo: bool,
}

impl Text {
    /// A line of text that begins at a point.
    pub fn new(x: f64, y: f64, size: f64, text: impl Into<String>) -> Self {
        Text {
            x,
            y,
            text: text.into(),
            size,
            weight: Weight::Regular,
            colour: super::style::INK,
            anchor: Anchor::Start,
            halo: false,
        }
    }

    /// The same in bold.
    pub fn bold(self) -> Self {
        Text { weight: Weight::Bold, ..self }
    }

    /// The same in another colour.
    pub fn colour(self, colour: Colour) -> Self {
        Text { colour, ..self }
    }

    /// The same, hung at another end.
    pub fn anchor(self, anchor: Anchor) -> Self {
        Text { anchor, ..self }
    }

    /// The same with a halo.
    pub fn halo(self) -> Self {
        Text { halo: true, ..self }
    }

    /// The rectangle that it covers.
    pub fn bounds(&self) -> Bounds {
        let width = text::width(&self.text, self.size, self.weight);
        let left = match self.anchor {
            Anchor::Start => self.x,
            Anchor::Middle => self.x - width / 2.0,
            Anchor::End => self.x - width,
        };
        Bounds {
            left,
            top: self.y - text::ASCENT * self.size,
            right: left + width,
            bottom: self.y + text::DESCENT * self.size,
        }
    }
}

/// A rectangle on the page, in points; `top` is less than `bottom`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// Least x.
    pub left: f64,
    /// Least y.
    pub top: f64,
    /// Greatest x.
    pub right: f64,
    /// Greatest y.
    pub bottom: f64,
}

impl Bounds {
    /// The smallest rectangle that holds all the points; without any it is turned inside out.
    pub fn around(points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        let (most, least) = (f64::INFINITY, f64::NEG_INFINITY);
        let nothing = Bounds { left: most, top: most, right: least, bottom: least };
        points.into_iter().fold(nothing, |bounds, (x, y)| Bounds {
            left: bounds.left.min(x),
            top: bounds.top.min(y),
            right: bounds.right.max(x),
            bottom: bounds.bottom.max(y),
        })
    }

    /// Width in points.
    pub fn width(&self) -> f64 {
        self.right - self.left
    }

    /// Height in points.
    pub fn height(&self) -> f64 {
        self.bottom - self.top
    }

    /// The rectangle grown by `by` at each side.
    pub fn grown(&self, by: f64) -> Self {
        Bounds {
            left: self.left - by,
            top: self.top - by,
            right: self.right + by,
            bottom: self.bottom + by,
        }
    }

    /// The rectangle moved right and down.
    pub fn moved(&self, right: f64, down: f64) -> Self {
        Bounds {
            left: self.left + right,
            top: self.top + down,
            right: self.right + right,
            bottom: self.bottom + down,
        }
    }

    /// Whether two rectangles share more than an edge.
    pub fn overlaps(&self, other: &Bounds) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    /// Whether a point lies inside.
    pub fn holds(&self, x: f64, y: f64) -> bool {
        (self.left..=self.right).contains(&x) && (self.top..=self.bottom).contains(&y)
    }

    /// Whether another rectangle lies wholly inside.
    pub fn encloses(&self, other: &Bounds) -> bool {
        self.holds(other.left, other.top) && self.holds(other.right, other.bottom)
    }

    /// The outline as path data.
    pub fn path(&self) -> String {
        let mut path = PathData::default();
        path.ring(&[
            (self.left, self.top),
            (self.right, self.top),
            (self.right, self.bottom),
            (self.left, self.bottom),
        ]);
        path.data
    }
}

/// A piece of a picture.
pub enum Node {
    /// Pieces that belong together: a layer.
    Group {
        /// The layer's name, as graphics editors show it.
        id: String,
        /// The pieces.
        nodes: Vec<Node>,
    },
    /// An outline or an area; holes by the even-odd rule.
    Path {
        /// SVG path data.
        data: String,
        /// How it is painted.
        paint: Paint,
    },
    /// A symbol at a point.
    Use {
        /// The symbol's id.
        symbol: String,
        /// Horizontal position in points.
        x: f64,
        /// Vertical position in points.
        y: f64,
        /// What a pointer that rests on it is told.
        title: String,
    },
    /// A line of text.
    Text(Text),
}

/// SVG path data with relative coordinates in hundredths of a point, which keeps files small
/// and drifts nowhere.
#[derive(Debug, Default)]
pub struct PathData {
    /// The data.
    pub data: String,
}

impl PathData {
    /// Adds an open line.
    pub fn line(&mut self, points: &[(f64, f64)]) {
        if points.len() < 2 {
            return;
        }
        self.points(points);
    }

    /// Adds a closed ring; its first point need not be repeated.
    pub fn ring(&mut self, points: &[(f64, f64)]) {
        if points.len() < 3 {
            return;
        }
        self.points(points);
        self.data.push('z');
    }

    fn points(&mut self, points: &[(f64, f64)]) {
        let mut last = None;
        for &(x, y) in points {
            let here = (hundredths(x), hundredths(y));
            match last {
                None => {
                    self.data.push('M');
                    self.number(here.0, false);
                    self.number(here.1, true);
                    self.data.push('l');
                }
                Some(last) if last == here => continue,
                Some((x, y)) => {
                    let first = self.data.ends_with('l');
                    self.number(here.0 - x, !first);
                    self.number(here.1 - y, true);
                }
            }
            last = Some(here);
        }
        if self.data.ends_with('l') {
            self.data.push_str("0 0");
        }
    }

    fn number(&mut self, value: i64, parted: bool) {
        if parted && value >= 0 {
            self.data.push(' ');
        }
        write_hundredths(&mut self.data, value);
    }
}

fn hundredths(value: f64) -> i64 {
    (value * 100.0).round() as i64
}

fn write_hundredths(out: &mut String, value: i64) {
    if value < 0 {
        out.push('-');
    }
    let (whole, rest) = (value.unsigned_abs() / 100, value.unsigned_abs() % 100);
    if whole > 0 || rest == 0 {
        let _ = write!(out, "{whole}");
    }
    if rest > 0 {
        let _ = match rest % 10 {
            0 => write!(out, ".{}", rest / 10),
            _ => write!(out, ".{rest:02}"),
        };
    }
}

/// A number as the SVG states it.
pub(super) fn rounded(value: f64) -> f64 {
    hundredths(value) as f64 / 100.0
}

fn number(value: f64) -> String {
    let mut text = String::new();
    write_hundredths(&mut text, hundredths(value));
    text
}

impl Scene {
    /// Every line of text, in the order in which it is drawn.
    pub fn texts(&self) -> Vec<&Text> {
        fn collect<'a>(nodes: &'a [Node], texts: &mut Vec<&'a Text>) {
            for node in nodes {
                match node {
                    Node::Text(text) => texts.push(text),
                    Node::Group { nodes, .. } => collect(nodes, texts),
                    _ => {}
                }
            }
        }
        let mut texts = Vec::new();
        collect(&self.nodes, &mut texts);
        texts
    }

    /// The picture as SVG.
    pub fn svg(&self) -> String {
        let mut out = String::with_capacity(1 << 18);
        self.write_head(&mut out);
        let _ = writeln!(out, "\n<title id=\"title\">{}</title>", escape(&self.title));
        let _ = writeln!(out, "<desc id=\"desc\">{}</desc>", escape(&self.description));
        if !self.symbols.is_empty() {
            out.push_str("<defs>\n");
            for (id, nodes) in &self.symbols {
                let _ = write!(out, "<g id=\"{}\">", escape(id));
                nodes.iter().for_each(|node| node.write(&self.theme, &mut out));
                out.push_str("</g>\n");
            }
            out.push_str("</defs>\n");
        }
        self.nodes.iter().for_each(|node| node.write(&self.theme, &mut out));
        out.push_str("</svg>\n");
        out
    }

    /// An SVG of the picture's texts alone, each by its number: `text1` and on, in the order of
    /// [`Scene::texts`].
    pub(super) fn lettering(&self) -> String {
        let mut out = String::new();
        self.write_head(&mut out);
        for (number, text) in (1..).zip(self.texts()) {
            text.write(&self.theme, Some(number), &mut out);
        }
        out.push_str("</svg>\n");
        out
    }

    fn write_head(&self, out: &mut String) {
        let (width, height) = (self.width, self.height);
        let millimetres = |points: f64| number(points / super::style::PT_PER_MM);
        let _ = write!(
            out,
            r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" width="{}mm" height="{}mm" viewBox="0 0 {} {}" xml:lang="{}" role="img" aria-labelledby="title desc" font-family="{}" fill-rule="evenodd" stroke-linejoin="round">"#,
            millimetres(width),
            millimetres(height),
            number(width),
            number(height),
            self.language.tag(),
            text::FAMILIES,
        );
    }
}

impl Node {
    fn write(&self, theme: &Theme, out: &mut String) {
        match self {
            Node::Group { id, nodes } => {
                let id = escape(id);
                let layer = "class=\"layer\" inkscape:groupmode=\"layer\"";
                let _ = writeln!(out, "<g id=\"{id}\" {layer} inkscape:label=\"{id}\">");
                nodes.iter().for_each(|node| node.write(theme, out));
                out.push_str("</g>\n");
            }
            Node::Path { data, .. } if data.is_empty() => {}
            Node::Path { data, paint } => {
                let _ = write!(out, "<path d=\"{data}\" fill=\"");
                let _ = match paint.fill {
                    Some(colour) => write!(out, "{}\"", theme.hex(colour)),
                    None => write!(out, "none\""),
                };
                if let Some(opacity) = paint.opacity {
                    let _ =
                        write!(out, " fill-rule=\"nonzero\" fill-opacity=\"{}\"", number(opacity));
                }
                if let Some((colour, width)) = paint.stroke {
                    let (colour, width) = (theme.hex(colour), number(width));
                    let _ = write!(out, " stroke=\"{colour}\" stroke-width=\"{width}\"");
                }
                if let Some(dash) = paint.dash {
                    let _ = write!(out, " stroke-dasharray=\"{dash}\"");
                }
                out.push_str("/>\n");
            }
            Node::Use { symbol, x, y, title } => {
                let (symbol, x, y) = (escape(symbol), number(*x), number(*y));
                let _ = write!(out, "<use xlink:href=\"#{symbol}\" x=\"{x}\" y=\"{y}\"");
                if title.is_empty() {
                    out.push_str("/>\n");
                } else {
                    let _ = writeln!(out, "><title>{}</title></use>", escape(title));
                }
            }
            Node::Text(text) => text.write(theme, None, out),
        }
    }
}

impl Text {
    fn write(&self, theme: &Theme, id: Option<usize>, out: &mut String) {
        let (x, y, size) = (number(self.x), number(self.y), number(self.size));
        let fill = theme.hex(self.colour);
        out.push_str("<text ");
        if let Some(number) = id {
            let _ = write!(out, "id=\"text{number}\" ");
        }
        let _ = write!(out, "x=\"{x}\" y=\"{y}\" font-size=\"{size}\" fill=\"{fill}\"");
        if self.weight == Weight::Bold {
            out.push_str(" font-weight=\"600\"");
        }
        match self.anchor {
            Anchor::Start => {}
            Anchor::Middle => out.push_str(" text-anchor=\"middle\""),
            Anchor::End => out.push_str(" text-anchor=\"end\""),
        }
        if self.halo {
            let paper = theme.hex(PAPER);
            let _ = write!(out, " paint-order=\"stroke\" stroke=\"{paper}\" stroke-width=\"1.4\"");
        }
        // What the root's families would leave to each reader's luck is said outright.
        let runs = text::runs(&self.text);
        if let [(Script::Chinese, words)] = runs[..] {
            let families = text::CHINESE_FAMILIES;
            let _ = writeln!(out, " font-family=\"{families}\">{}</text>", escape(words));
            return;
        }
        out.push('>');
        for (script, words) in runs {
            let words = escape(words);
            let _ = match script {
                Script::Latin => write!(out, "{words}"),
                Script::Chinese => {
                    let families = text::CHINESE_FAMILIES;
                    write!(out, "<tspan font-family=\"{families}\">{words}</tspan>")
                }
            };
        }
        out.push_str("</text>\n");
    }
}

/// Text made harmless for XML: markup escaped; control characters, those that XML forbids and marks
/// that turn the direction of what follows left out.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(' '),
            '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => {}
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            _ => out.push(character),
        }
    }
    out
}
