//! Bar charts, drawn by plotters into the same scene as the maps.

use std::collections::BTreeMap;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingErrorKind,
};

use super::classes::{self, Classes, Value};
use super::language::Words;
use super::legend::grouped;
use super::panel;
use super::scene::{Anchor, Bounds, Node, Paint, PathData, Text as Label};
use super::spec::{Attribute, Chart};
use super::style::{self, Colour, Fill, SMALL};
use super::text::{self, Weight};
use super::theme::Theme;
use crate::error::{Error, Result};
use crate::place::Gazetteer;
use crate::site::Site;

/// Backend units in a point: plotters counts in whole numbers.
const FINE: f64 = 10.0;
/// The width of the rule between two pieces of a bar, and of a stripe, in such units.
const RULE: u32 = 5;
/// Where stripes run, as shares of a bar's pitch.
const STRIPES: [f64; 3] = [0.32, 0.5, 0.68];

/// One bar: its name, and how many sites of each class it counts, in the order of the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// What is counted.
    pub name: String,
    /// The counts.
    pub counts: Vec<usize>,
    /// Whether it stands for several values, or for none known.
    pub summed: bool,
}

impl Bar {
    /// All sites of the bar.
    pub fn total(&self) -> usize {
        self.counts.iter().sum()
    }
}

/// The bars of a chart: the longest ones, the rest added up, in the order of their length.
pub fn bars(
    chart: &Chart,
    sites: &[&Site],
    classes: &Classes,
    gazetteer: &Gazetteer,
    words: &Words,
    room: usize,
) -> Vec<Bar> {
    let mut counts: BTreeMap<Option<Value>, Vec<usize>> = BTreeMap::new();
    for site in sites {
        let values = match chart.by {
            Attribute::Segment => classes::segments(site),
            by => vec![by.of(site, gazetteer)],
        };
        for value in values {
            let bar = counts.entry(value).or_insert_with(|| vec![0; classes.all().len()]);
            if let Some(count) = bar.get_mut(classes.number(site)) {
                *count += 1;
            }
        }
    }
    let bar = |(value, counts): (Option<Value>, Vec<usize>)| Bar {
        name: value.as_ref().map_or(words.chart.unknown.clone(), |value| value.label(words)),
        counts,
        summed: value.is_none(),
    };
    let mut bars: Vec<Bar> = counts.into_iter().map(bar).collect();
    bars.sort_by(|a, b| b.total().cmp(&a.total()).then_with(|| a.name.cmp(&b.name)));
    let most = chart.most.min(room).max(1);
    if bars.len() > most {
        let rest = bars.split_off(most - 1);
        let mut sum = Bar {
            name: words.chart.others.replace("{n}", &rest.len().to_string()),
            counts: vec![0; classes.all().len()],
            summed: true,
        };
        for bar in rest {
            sum.counts.iter_mut().zip(bar.counts).for_each(|(all, one)| *all += one);
        }
        bars.push(sum);
    }
    bars
}

/// The height of a bar with its gap, in points.
const PITCH: f64 = 8.6;

/// The height in points of so many bars.
pub fn height(bars: usize) -> f64 {
    PITCH * bars as f64
}

/// How many bars fit a height in points.
pub fn bars_in(height: f64) -> usize {
    (height / PITCH).floor().max(0.0) as usize
}

/// Draws stacked horizontal bars, the first at the top, each with its name and total, below a
/// title; `fills` are those of the classes.
pub fn draw(
    title: &str,
    bars: &[Bar],
    fills: &[Fill],
    bounds: Bounds,
    theme: &Theme,
) -> Result<Vec<Node>> {
    let mut nodes = panel::title(title, bounds);
    if !bars.is_empty() {
        let top = bounds.top + panel::title_height(title, bounds.width());
        let plot = Bounds { top, bottom: top + height(bars.len()), ..bounds };
        stack(&mut nodes, bars, fills, plot, theme).map_err(|e| Error::Draw {
            what: format!("chart \"{title}\""),
            reason: e.to_string(),
        })?;
    }
    Ok(nodes)
}

type PlotResult = std::result::Result<(), Box<dyn std::error::Error + Send + Sync>>;

/// Draws the bars themselves. One unit of the plot's y axis is one bar, downwards.
fn stack(
    nodes: &mut Vec<Node>,
    bars: &[Bar],
    fills: &[Fill],
    bounds: Bounds,
    theme: &Theme,
) -> PlotResult {
    let widest = |names: &mut dyn Iterator<Item = String>| {
        names.map(|name| text::width(&name, SMALL, Weight::Regular)).fold(0.0, f64::max)
    };
    let names = widest(&mut bars.iter().map(|bar| bar.name.clone())) + 4.0;
    let totals = widest(&mut bars.iter().map(|bar| grouped(bar.total()))) + 4.0;
    let longest = bars.iter().map(Bar::total).max().unwrap_or(1).max(1) as f64;
    let rows = bars.len() as f64;

    let area = Canvas { nodes, bounds }.into_drawing_area();
    let mut chart = ChartBuilder::on(&area)
        .set_label_area_size(LabelAreaPosition::Left, (names * FINE) as i32)
        .margin_right((totals * FINE) as i32)
        .build_cartesian_2d(0.0..longest, rows..0.0)
        .map_err(own)?;
    let [ink, paper] = [style::INK, style::PAPER].map(|colour| rgb(theme.rgb(colour)));
    let name_style = |anchor| {
        TextStyle::from(("sans-serif", SMALL * FINE))
            .pos(Pos::new(anchor, VPos::Center))
            .color(&ink)
    };
    for (row, bar) in bars.iter().enumerate() {
        let (top, bottom) = (row as f64 + 0.14, row as f64 + 0.86);
        let line = |from, to| {
            PathElement::new(vec![from, to], ShapeStyle::from(&paper).stroke_width(RULE))
        };
        let mut start = 0.0;
        for (&count, fill) in bar.counts.iter().zip(fills).filter(|(count, _)| **count > 0) {
            let end = start + count as f64;
            let area =
                Rectangle::new([(start, top), (end, bottom)], rgb(theme.rgb(fill.colour)).filled());
            chart.draw_series([area]).map_err(own)?;
            let stripes = STRIPES.iter().filter(|_| fill.striped);
            let stripes = stripes.map(|at| line((start, row as f64 + at), (end, row as f64 + at)));
            chart.draw_series(stripes).map_err(own)?;
            if end < bar.total() as f64 {
                chart.draw_series([line((end, top), (end, bottom))]).map_err(own)?;
            }
            start = end;
        }
        let middle = row as f64 + 0.5;
        let gap = (3.0 * FINE) as i32;
        chart
            .draw_series([
                EmptyElement::at((0.0, middle))
                    + Text::new(bar.name.clone(), (-gap, 0), name_style(HPos::Right)),
                EmptyElement::at((bar.total() as f64, middle))
                    + Text::new(grouped(bar.total()), (gap, 0), name_style(HPos::Left)),
            ])
            .map_err(own)?;
    }
    area.present().map_err(own)?;
    Ok(())
}

/// The error by itself: plotters' own borrows the canvas's type.
fn own(error: impl std::fmt::Display) -> Box<dyn std::error::Error + Send + Sync> {
    error.to_string().into()
}

fn rgb(value: u32) -> RGBColor {
    RGBColor((value >> 16) as u8, (value >> 8) as u8, value as u8)
}

/// A part of the scene, as plotters sees it: in tenths of a point.
struct Canvas<'a> {
    nodes: &'a mut Vec<Node>,
    bounds: Bounds,
}

impl Canvas<'_> {
    fn page(&self, (x, y): BackendCoord) -> (f64, f64) {
        (self.bounds.left + f64::from(x) / FINE, self.bounds.top + f64::from(y) / FINE)
    }

    fn path(&mut self, points: &[(f64, f64)], closed: bool, paint: Paint) {
        let mut path = PathData::default();
        if closed {
            path.ring(points)
        } else {
            path.line(points)
        }
        self.nodes.push(Node::Path { data: path.data, paint });
    }

    fn paint(style: &impl BackendStyle, fill: bool) -> Paint {
        let colour = colour(style.color());
        if fill {
            Paint::fill(colour)
        } else {
            Paint::line(colour, f64::from(style.stroke_width()) / FINE)
        }
    }
}

fn colour(BackendColor { rgb: (r, g, b), .. }: BackendColor) -> Colour {
    Colour::Rgb(u32::from(r) << 16 | u32::from(g) << 8 | u32::from(b))
}

type Drawn = std::result::Result<(), DrawingErrorKind<std::convert::Infallible>>;

impl DrawingBackend for Canvas<'_> {
    type ErrorType = std::convert::Infallible;

    fn get_size(&self) -> (u32, u32) {
        ((self.bounds.width() * FINE) as u32, (self.bounds.height() * FINE) as u32)
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, point: BackendCoord, colour: BackendColor) -> Drawn {
        let (x, y) = point;
        self.draw_rect(
            point,
            (x + 1, y + 1),
            &RGBColor(colour.rgb.0, colour.rgb.1, colour.rgb.2),
            true,
        )
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Drawn {
        let points = [self.page(from), self.page(to)];
        self.path(&points, false, Self::paint(style, false));
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        upper_left: BackendCoord,
        lower_right: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn {
        let ((left, top), (right, bottom)) = (self.page(upper_left), self.page(lower_right));
        let ring = [(left, top), (right, top), (right, bottom), (left, bottom)];
        self.path(&ring, true, Self::paint(style, fill));
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        let points: Vec<_> = path.into_iter().map(|point| self.page(point)).collect();
        self.path(&points, false, Self::paint(style, false));
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        centre: BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Drawn {
        let ((x, y), radius) = (self.page(centre), f64::from(radius) / FINE);
        let ring: Vec<_> = (0..32)
            .map(|step| {
                let angle = std::f64::consts::TAU * f64::from(step) / 32.0;
                (x + radius * angle.cos(), y + radius * angle.sin())
            })
            .collect();
        self.path(&ring, true, Self::paint(style, fill));
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        style: &S,
    ) -> Drawn {
        let ring: Vec<_> = corners.into_iter().map(|point| self.page(point)).collect();
        self.path(&ring, true, Self::paint(style, true));
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, at: BackendCoord) -> Drawn {
        let (x, y) = self.page(at);
        let size = style.size() / FINE;
        let anchor = match style.anchor().h_pos {
            HPos::Left => Anchor::Start,
            HPos::Center => Anchor::Middle,
            HPos::Right => Anchor::End,
        };
        let base = match style.anchor().v_pos {
            VPos::Top => y + text::ASCENT * size,
            VPos::Center => y + (text::ASCENT - text::DESCENT) / 2.0 * size + 0.05 * size,
            VPos::Bottom => y - text::DESCENT * size,
        };
        let colour = colour(style.color());
        let label = Label::new(x, base, size, text).anchor(anchor).colour(colour);
        self.nodes.push(Node::Text(label));
        Ok(())
    }

    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        text: &str,
        style: &S,
    ) -> std::result::Result<(u32, u32), DrawingErrorKind<Self::ErrorType>> {
        let size = style.size() / FINE;
        let width = text::width(text, size, Weight::Regular);
        Ok(((width * FINE) as u32, (size * FINE) as u32))
    }
}
