//! Where the panels and the key stand around the main map.

use super::super::chart::{self, Bar};
use super::super::lens::View;
use super::super::map::Map;
use super::super::scene::{Bounds, Node};
use super::super::spec::{Attribute, Chart, Figure};
use super::super::{legend, panel};
use super::{DEGREES, GAP, MARGIN, Page};
use crate::error::Result;
use crate::site::Site;

/// The share of the page's width that panels beside the main map take.
pub(super) const SIDE: f64 = 0.33;
/// The shares of the page's width that the key below the main map is tried at: the narrower leaves
/// more to the panels, the wider is lower and so leaves more to the map.
const KEY: [f64; 2] = [SIDE, 0.5];
/// Below this width in points everything stands in one column.
const NARROW: f64 = 340.0;
/// The greatest height of a panel below the main map, and the least of any.
const BAND: f64 = 142.0;
const LEAST: f64 = 60.0;
/// The fewest bars that say anything.
const FEWEST_BARS: usize = 3;
/// As many bars as have room where a page has room.
const ENOUGH_BARS: usize = 8;
/// The fewest sites that are charted.
const CHARTED: usize = 8;
/// The height of a lens as a share of its width, where nothing else settles it.
const LENS_SHAPE: f64 = 0.85;

/// Where panels and key stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arrangement {
    /// Panels in a column beside the main map, the key below: a regional map.
    Beside,
    /// The key and the panels side by side below the main map: a world map.
    Below,
    /// One below the other: a narrow page.
    Stacked,
}

impl Arrangement {
    pub(super) fn of(figure: &Figure, width: f64) -> Self {
        let panels = !figure.lens.is_empty() || !figure.chart.is_empty();
        match figure.frame.bbox {
            _ if width < NARROW => Arrangement::Stacked,
            Some(_) if panels => Arrangement::Beside,
            _ => Arrangement::Below,
        }
    }
}

/// A panel in its place.
pub(super) enum Panel<'a> {
    Lens { map: Box<Map<'a>>, title: String, top: f64, letter: Option<char> },
    Chart { title: &'a str, by: Attribute, bars: Vec<Bar>, bounds: Bounds },
}

impl Panel<'_> {
    pub(super) fn bottom(&self) -> f64 {
        match self {
            Panel::Lens { map, .. } => map.frame.panel.bottom,
            Panel::Chart { bounds, .. } => bounds.bottom,
        }
    }
}

/// What stands around the main map.
pub(super) struct Around<'a> {
    /// The sites shown.
    pub sites: &'a [&'a Site],
    pub views: &'a [View],
    pub groups: &'a [legend::Group],
    /// The lowest point that it may reach.
    pub lowest: f64,
}

/// Panels in their places, and the lowest point of all.
pub(super) type Arranged<'a> = (Vec<Panel<'a>>, f64);

/// Where what stands below the main map begins.
fn below(main: &Map) -> f64 {
    main.frame.panel.bottom + DEGREES.1 + 6.0
}

/// Draws the key from a corner as far as `right`; gives its lowest point.
fn draw_key(around: &Around, left: f64, top: f64, right: f64, key: &mut Vec<Node>) -> f64 {
    top + legend::draw(around.groups, Bounds { left, top, right, bottom: top }, key)
}

impl Page<'_> {
    /// The size that a lens will have, more or less.
    pub(super) fn lens_size(&self, main: Bounds) -> (f64, f64) {
        let lenses = self.figure.lens.len().max(1) as f64;
        let width = match self.arrangement {
            Arrangement::Below => (self.room() * (1.0 - KEY[1])) / lenses - GAP,
            _ => self.room() * SIDE,
        };
        let title = panel::title_height("A", width);
        let height = match self.arrangement {
            Arrangement::Beside => (main.height() - GAP * (lenses - 1.0)) / lenses - title,
            Arrangement::Below => BAND - title,
            Arrangement::Stacked => width * LENS_SHAPE,
        };
        (width, height.min(width * LENS_SHAPE))
    }

    /// Whether lines join lenses to their extents; several would cross the map, and letters do.
    pub(super) fn joined(&self) -> bool {
        self.arrangement == Arrangement::Beside && self.figure.lens.len() == 1
    }

    /// Places panels and key around the main map; gives the panels and the lowest point.
    pub(super) fn arrange(
        &self,
        main: &Map,
        around: &Around,
        key: &mut Vec<Node>,
    ) -> Result<Arranged<'_>> {
        match self.arrangement {
            Arrangement::Beside => self.beside(main, around, key),
            Arrangement::Below => self.below(main, around, key),
            Arrangement::Stacked => self.stacked(main, around, key),
        }
    }

    /// Lenses in a column beside the map, charts below them, the key where it is highest.
    fn beside(&self, main: &Map, around: &Around, key: &mut Vec<Node>) -> Result<Arranged<'_>> {
        let (left, right) = (MARGIN, self.width - MARGIN);
        let panel = main.frame.panel;
        let below = below(main);
        let mut panels = Vec::new();
        let charts = self.charts(around);
        let mut room = Bounds { left: panel.right + GAP, right, ..panel };
        let lenses = around.views.len().max(1) as f64;
        let most = (panel.height() - GAP * (lenses - 1.0)) / lenses;
        for view in around.views {
            let bounds = Bounds { bottom: room.top + most, ..room };
            panels.push(self.lens(panels.len(), view, main, bounds)?);
            room.top = panels.last().map_or(room.top, Panel::bottom) + GAP;
        }
        // Charts stand beside the key, or higher where the lenses leave room.
        room.bottom = (below + BAND).min(around.lowest);
        for chart in charts {
            panels.push(self.chart(chart, around.sites, room));
            room.top = panels.last().map_or(room.top, Panel::bottom) + GAP;
        }
        let lowest_beside = panels.iter().map(Panel::bottom).fold(panel.top, f64::max);
        let lowest = lowest_beside.max(panel.bottom);
        // Below the charts where a tall map leaves room for it, else below the map or
        // below all, whichever is lower.
        let beside = Bounds { top: lowest_beside + GAP, ..room };
        let tall = beside.width() >= legend::least_width(around.groups)
            && beside.top + legend::height(around.groups, beside.width()) <= panel.bottom;
        if tall {
            let bottom = draw_key(around, beside.left, beside.top, beside.right, key);
            return Ok((panels, bottom.max(panel.bottom + DEGREES.1)));
        }
        let height = |right: f64| legend::height(around.groups, right - left);
        let below_all = below.max(lowest + GAP);
        let bottom = match below_all + height(right) <= lowest.max(below + height(panel.right)) {
            true => draw_key(around, left, below_all, right, key),
            false => draw_key(around, left, below, panel.right, key),
        };
        Ok((panels, bottom.max(lowest)))
    }

    /// The key below the map, lenses beside it, charts below the key or, without lenses, beside it.
    fn below(&self, main: &Map, around: &Around, key: &mut Vec<Node>) -> Result<Arranged<'_>> {
        let (left, right) = (MARGIN, self.width - MARGIN);
        let below = below(main);
        let mut panels = Vec::new();
        let charts = self.charts(around);
        let count = around.views.len() + charts.len();
        let mut widths = KEY.map(|share| self.room() * share).into_iter();
        let fits = |width: &f64| below + legend::height(around.groups, *width) <= around.lowest;
        let key_width = widths
            .find(fits)
            .unwrap_or(self.room() * KEY[1])
            .max(legend::least_width(around.groups));
        let key_right = if count == 0 { right } else { left + key_width };
        let key_bottom = draw_key(around, left, below, key_right, key);
        let bottom = (below + BAND).min(around.lowest.max(key_bottom)).max(below + LEAST);
        let columns = |count: usize| {
            let width = (right - key_right) / count.max(1) as f64 - GAP;
            (0..count).map(move |number| {
                let left = key_right + GAP + (width + GAP) * number as f64;
                Bounds { left, top: below, right: left + width, bottom }
            })
        };
        // Lenses take the room beside the key, and charts what they leave below it.
        if !around.views.is_empty() {
            for (view, room) in around.views.iter().zip(columns(around.views.len())) {
                panels.push(self.lens(panels.len(), view, main, room)?);
            }
            let lowest = panels.iter().map(Panel::bottom).fold(key_bottom, f64::max);
            let top = key_bottom + GAP;
            let enough = (top + chart::height(ENOUGH_BARS + 1)).min(around.lowest);
            let bottom = lowest.max(enough);
            let mut room = Bounds { left, top, right: key_right, bottom };
            for chart in charts {
                panels.push(self.chart(chart, around.sites, room));
                room.top = panels.last().map_or(room.top, Panel::bottom) + GAP;
            }
        } else {
            for (chart, room) in charts.iter().zip(columns(count)) {
                panels.push(self.chart(chart, around.sites, room));
            }
        }
        let lowest = panels.iter().map(Panel::bottom).fold(key_bottom, f64::max);
        Ok((panels, lowest))
    }

    /// The key below the map, lenses and charts below it in one column, or in two where one is too
    /// high.
    fn stacked(&self, main: &Map, around: &Around, key: &mut Vec<Node>) -> Result<Arranged<'_>> {
        let (left, right) = (MARGIN, self.width - MARGIN);
        let below = below(main);
        let top = draw_key(around, left, below, right, key) + GAP;
        let room = Bounds { left, top, right, bottom: around.lowest };
        let (panels, bottom) = self.rows(main, around, room, 1)?;
        match bottom <= around.lowest {
            true => Ok((panels, bottom)),
            false => self.rows(main, around, room, 2),
        }
    }

    /// The charts, where there are sites enough that bars tell more than the map.
    fn charts(&self, around: &Around) -> Vec<&Chart> {
        self.figure.chart.iter().filter(|_| around.sites.len() >= CHARTED).collect()
    }

    /// Lenses and charts in rows of so many from the top of a room down; two in a row share the
    /// height that there is.
    fn rows(
        &self,
        main: &Map,
        around: &Around,
        room: Bounds,
        columns: usize,
    ) -> Result<(Vec<Panel<'_>>, f64)> {
        let charts = self.charts(around);
        let count = around.views.len() + charts.len();
        let width = (room.width() - GAP * (columns - 1) as f64) / columns as f64;
        let mut panels: Vec<Panel> = Vec::new();
        let (mut top, mut bottom) = (room.top, room.top - GAP);
        for number in 0..count {
            let column = number % columns;
            if column == 0 {
                top = bottom + GAP;
            }
            let rows = (count - number + column).div_ceil(columns) as f64;
            let height = match columns {
                1 => width * LENS_SHAPE,
                _ => ((room.bottom - top - GAP * (rows - 1.0)) / rows).clamp(LEAST, width * 1.2),
            };
            let left = room.left + (width + GAP) * column as f64;
            let bounds = Bounds { left, top, right: left + width, bottom: top + height };
            let panel = match around.views.get(number) {
                Some(view) => self.lens(number, view, main, bounds)?,
                None if columns == 1 => {
                    let chart = charts[number - around.views.len()];
                    self.chart(chart, around.sites, Bounds { bottom: f64::INFINITY, ..bounds })
                }
                None => self.chart(charts[number - around.views.len()], around.sites, bounds),
            };
            bottom = bottom.max(panel.bottom());
            panels.push(panel);
        }
        Ok((panels, bottom))
    }

    /// A lens at the top of its room, as tall as it naturally is or the room allows.
    fn lens<'a>(
        &'a self,
        index: usize,
        view: &View,
        main: &Map,
        room: Bounds,
    ) -> Result<Panel<'a>> {
        // Where no lines lead to the lens, a letter does.
        let letter = (!self.joined()).then(|| (b'A'..=b'Z').nth(index).map(char::from)).flatten();
        // With room for the letter before the title and the count behind it.
        let title = format!("A\u{2002}{} ({})", view.title, view.count);
        let top = room.top + panel::title_height(&title, room.width());
        let natural = view.height(self.figure, room.width())?;
        let height = natural.min(room.bottom - top).max(LEAST.min(natural));
        let bounds = Bounds { top, bottom: top + height, ..room };
        let frame = view.frame(self.figure, &main.frame, bounds)?;
        let map = Map {
            name_provinces: true,
            label_sites: view.labels,
            label_ports: view.labels,
            scale_bar: true,
            ..self.map(format!("lens{}", index + 1), frame, self.size * 1.1)
        };
        Ok(Panel::Lens { map: Box::new(map), title: view.title.clone(), top: room.top, letter })
    }

    /// A chart at the top of its room, of as many bars as fit.
    fn chart<'a>(&'a self, chart: &'a Chart, sites: &[&Site], room: Bounds) -> Panel<'a> {
        let title = chart.title.of(self.words.language());
        let above = panel::title_height(title, room.width());
        let fitting = chart::bars_in(room.height() - above).max(FEWEST_BARS);
        let gazetteer = self.material.gazetteer;
        let bars = chart::bars(chart, sites, &self.classes, gazetteer, self.words, fitting);
        let bounds = Bounds { bottom: room.top + above + chart::height(bars.len()), ..room };
        Panel::Chart { title, by: chart.by, bars, bounds }
    }
}
