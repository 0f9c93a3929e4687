//! Where a symbol's label may stand, best place first.

use super::super::scene::{Anchor, Bounds, Text};
use super::super::style::SMALL;
use super::super::text::{self, Weight};
use super::segment::Segment;

/// Air around the label of a symbol.
pub const AIR: (f64, f64) = (0.4, 0.4);
/// The gap between a symbol and its label.
const GAP: f64 = 0.9;
/// The same above and below it, where the letters leave some air of their own.
const CLOSE: f64 = 0.5;
/// Places around a symbol, best first (Imhof 1975): which way, and which end of the text is there.
const AROUND: [(f64, f64, Anchor); 8] = [
    (1.0, -1.0, Anchor::Start),
    (1.0, 1.0, Anchor::Start),
    (-1.0, -1.0, Anchor::End),
    (-1.0, 1.0, Anchor::End),
    (1.0, 0.0, Anchor::Start),
    (-1.0, 0.0, Anchor::End),
    (0.0, -1.0, Anchor::Middle),
    (0.0, 1.0, Anchor::Middle),
];
/// How far a label with a leader is off its symbol, in points.
const REACHES: [f64; 6] = [5.0, 9.0, 14.0, 20.0, 27.0, 35.0];
/// Directions in which such a label is tried at each distance.
const DIRECTIONS: u32 = 16;
/// From one base line to the next, as a share of the font size.
const LINE: f64 = 1.12;

/// A way to set a name: in one line, or broken.
#[derive(Debug, Clone)]
pub struct Setting {
    /// The lines.
    pub lines: Vec<String>,
    /// Width in points.
    pub width: f64,
    /// Height in points.
    pub height: f64,
}

impl Setting {
    /// A name in those lines.
    pub fn new(lines: Vec<String>) -> Self {
        let width = |line: &String| text::width(line, SMALL, Weight::Regular);
        let between = lines.len().saturating_sub(1) as f64 * LINE;
        Setting {
            width: lines.iter().map(width).fold(0.0, f64::max),
            height: (text::ASCENT + text::DESCENT + between) * SMALL,
            lines,
        }
    }

    /// The box of the name around its middle.
    pub fn around(&self, x: f64, y: f64) -> Bounds {
        Bounds {
            left: x - self.width / 2.0,
            top: y - self.height / 2.0,
            right: x + self.width / 2.0,
            bottom: y + self.height / 2.0,
        }
    }

    /// The lines of text within a box of this setting's size.
    pub fn texts(&self, bounds: &Bounds, anchor: Anchor) -> Vec<Text> {
        let x = match anchor {
            Anchor::Start => bounds.left,
            Anchor::Middle => (bounds.left + bounds.right) / 2.0,
            Anchor::End => bounds.right,
        };
        let line = |(row, line): (usize, &String)| {
            let base = bounds.top + (text::ASCENT + LINE * row as f64) * SMALL;
            Text::new(x, base, SMALL, line.clone()).anchor(anchor).halo()
        };
        self.lines.iter().enumerate().map(line).collect()
    }
}

/// A place for a label.
#[derive(Debug, Clone, Copy)]
pub struct Candidate {
    /// The label's box.
    pub bounds: Bounds,
    /// The end at which its text hangs.
    pub anchor: Anchor,
    /// Which of the name's settings it is.
    pub setting: usize,
    /// The line to its symbol.
    pub leader: Option<Segment>,
    /// The air at its sides, and above and below it: how near other things may be.
    pub air: (f64, f64),
    /// How much worse it is than the best place.
    pub cost: f64,
}

impl Candidate {
    /// The box with the air around it.
    pub fn with_air(&self) -> Bounds {
        let Bounds { left, top, right, bottom } = self.bounds;
        let (beside, above) = self.air;
        Bounds {
            left: left - beside,
            top: top - above,
            right: right + beside,
            bottom: bottom + above,
        }
    }
}

/// The eight places at a symbol of some extent around a point, in Imhof's order.
pub fn near((x, y): (f64, f64), extent: &Bounds, setting: &Setting) -> Vec<Candidate> {
    let place = |(rank, (right, down, anchor)): (usize, (f64, f64, Anchor))| {
        let left = match anchor {
            Anchor::Start => extent.right + GAP,
            Anchor::Middle => x - setting.width / 2.0,
            Anchor::End => extent.left - GAP - setting.width,
        };
        let top = if right != 0.0 {
            // Beside it, the letters' middle at its own; raised or lowered by half their height.
            y + (0.33 + 0.45 * down - text::ASCENT) * SMALL
        } else if down < 0.0 {
            extent.top - CLOSE - setting.height
        } else {
            extent.bottom + CLOSE
        };
        let bounds =
            Bounds { left, top, right: left + setting.width, bottom: top + setting.height };
        Candidate { bounds, anchor, setting: 0, leader: None, air: AIR, cost: 0.1 * rank as f64 }
    };
    AROUND.into_iter().enumerate().map(place).collect()
}

/// The places farther off, with leaders.
pub fn far(at: (f64, f64), extent: &Bounds, setting: &Setting) -> Vec<Candidate> {
    let (half_width, half_height) = (extent.width() / 2.0, extent.height() / 2.0);
    let radius = (half_width + half_height) / 2.0;
    let place = |reach: f64, step: u32| {
        let turn = std::f64::consts::TAU * f64::from(step) / f64::from(DIRECTIONS);
        let (right, down) = (turn.cos(), -turn.sin());
        let (x, y) = (at.0 + right * (radius + reach), at.1 + down * (radius + reach));
        let (left, anchor) = match right {
            r if r > 0.3 => (x, Anchor::Start),
            r if r < -0.3 => (x - setting.width, Anchor::End),
            _ => (x - setting.width / 2.0, Anchor::Middle),
        };
        let top = match anchor {
            Anchor::Middle if down < 0.0 => y - setting.height,
            Anchor::Middle => y,
            _ => y - setting.height / 2.0,
        };
        let bounds =
            Bounds { left, top, right: left + setting.width, bottom: top + setting.height };
        let rank = 0.3 * (1.0 - right) + if down > 0.0 { 0.1 } else { 0.0 };
        Candidate {
            bounds,
            anchor,
            setting: 0,
            leader: Some(leader(at, radius, &bounds)),
            air: AIR,
            cost: 10.0 + reach * 0.2 + rank,
        }
    };
    let places = REACHES.iter().flat_map(|reach| (0..DIRECTIONS).map(move |step| (*reach, step)));
    places.map(|(reach, step)| place(reach, step)).collect()
}

/// A line from a symbol's edge to the nearest spot of its label.
fn leader((x, y): (f64, f64), radius: f64, bounds: &Bounds) -> Segment {
    let to_x = x.clamp(bounds.left, bounds.right);
    // Where the letters are, not the air above and below them.
    let to_y = y.clamp(bounds.top + 1.0, bounds.bottom - 1.2);
    let length = (to_x - x).hypot(to_y - y).max(0.01);
    let start = (x + (to_x - x) * radius / length, y + (to_y - y) * radius / length);
    (start, (to_x, to_y))
}
