//! The page: where title, maps, key, charts and sources stand.

use std::cell::OnceCell;

use super::base;
use super::chart::{self, Bar};
use super::choropleth::Choropleth;
use super::classes::Classes;
use super::context::Context;
use super::foot::{Blanks, Foot};
use super::frame::{Extent, Frame};
use super::language::Words;
use super::lens::{self, View};
use super::locator::{self, Located};
use super::map::{Map, Mark, SymbolTable};
use super::projection::Projection;
use super::scene::{Bounds, Node, Paint, Scene, Text};
use super::spec::{Attribute, Chart, Corner, Figure, Inset};
use super::style::{BODY, Colour, INK, INK_SOFT, PAPER, PT_PER_MM, SMALL, TITLE};
use super::text::{self, Weight};
use super::theme::Theme;
use super::{Counts, Material, Picture, datasets, key, legend, panel, symbols};
use crate::error::{Error, Result};
use crate::select::Selector;
use crate::site::{Port, Site};

/// The margin of the page.
const MARGIN: f64 = 6.0;
/// From one line of a paragraph to the next, as a share of the size of its text.
const LEADING: f64 = 1.3;
/// The air above and below the foot.
const ABOVE_FOOT: f64 = 6.0;
const BELOW_FOOT: f64 = MARGIN - 1.5;
/// The gap between panels.
const GAP: f64 = 10.0;
/// Room for degrees left of and below a map.
const DEGREES: (f64, f64) = (19.0, 8.0);
/// The share of the page's width that panels beside the main map take.
const SIDE: f64 = 0.33;
/// The shares of the page's width that the key below the main map is tried at: the narrower leaves
/// more to the panels, the wider is lower and so leaves more to the map.
const KEY: [f64; 2] = [SIDE, 0.5];
/// Below this width in points everything stands in one column.
const NARROW: f64 = 340.0;
/// The greatest height of a regional map, as a share of the page's width.
const TALLEST: f64 = 0.62;
/// The greatest height of a panel below the main map, and the least of any.
const BAND: f64 = 142.0;
const LEAST: f64 = 60.0;
/// The fewest bars that say anything.
const FEWEST_BARS: usize = 3;
/// As many bars as have room where a page has room.
const ENOUGH_BARS: usize = 8;
/// The fewest sites that are charted.
const CHARTED: usize = 8;
/// The sizes that an inset is tried at, as shares of the one asked for.
const INSET_SIZES: [f64; 5] = [1.0, 0.9, 0.8, 0.7, 0.6];
/// The height of a lens as a share of its width, where nothing else settles it.
const LENS_SHAPE: f64 = 0.85;
/// The sizes that the main map is tried at until all finds room on the page, as shares of the
/// largest.
const SHRUNK: [f64; 8] = [1.0, 0.92, 0.84, 0.76, 0.68, 0.6, 0.52, 0.44];

/// Draws a figure of the sites and ports selected and of what is around them.
pub fn draw(
    figure: &Figure,
    material: &Material,
    sites: &[&Site],
    ports: &[&Port],
    context: &[Context],
    nonspatial: Option<usize>,
) -> Result<Picture> {
    let width = figure.page.width * PT_PER_MM;
    let words = Words::of(figure.page.language)?;
    let located: Vec<&Site> = sites.iter().copied().filter(|site| site.point.is_some()).collect();
    let page = Page {
        figure,
        material,
        sites,
        ports,
        context,
        focus: focus(figure, material)?,
        named: named(figure, material)?,
        width,
        arrangement: Arrangement::of(figure, width),
        classes: Classes::of(figure.symbols.color_by, &located, material.gazetteer, words),
        words,
        theme: Theme::open(&figure.page.theme)?,
        nonspatial,
        size: figure
            .symbols
            .size
            .unwrap_or_else(|| symbols::fitting_size(sites.len() + ports.len(), width)),
    };
    page.draw()
}

/// Where panels and key stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Arrangement {
    /// Panels in a column beside the main map, the key below: a regional map.
    Beside,
    /// The key and the panels side by side below the main map: a world map.
    Below,
    /// One below the other: a narrow page.
    Stacked,
}

impl Arrangement {
    fn of(figure: &Figure, width: f64) -> Self {
        let panels = !figure.lens.is_empty() || !figure.chart.is_empty();
        match figure.frame.bbox {
            _ if width < NARROW => Arrangement::Stacked,
            Some(_) if panels => Arrangement::Beside,
            _ => Arrangement::Below,
        }
    }
}

/// A panel in its place.
enum Panel<'a> {
    Lens { map: Box<Map<'a>>, title: String, top: f64, letter: Option<char> },
    Chart { title: &'a str, by: Attribute, bars: Vec<Bar>, bounds: Bounds },
}

impl Panel<'_> {
    fn bottom(&self) -> f64 {
        match self {
            Panel::Lens { map, .. } => map.frame.panel.bottom,
            Panel::Chart { bounds, .. } => bounds.bottom,
        }
    }
}

/// Everything below the heading in its place.
struct Layout<'a> {
    main: Map<'a>,
    insets: Vec<Map<'a>>,
    panels: Vec<Panel<'a>>,
    key: Vec<Node>,
    counts: Counts,
    /// The lowest point.
    bottom: f64,
}

/// What stands around the main map.
struct Around<'a> {
    /// The sites shown.
    sites: &'a [&'a Site],
    views: &'a [View],
    groups: &'a [legend::Group],
    /// The lowest point that it may reach.
    lowest: f64,
}

/// What the parts of a page share.
struct Page<'a> {
    figure: &'a Figure,
    material: &'a Material<'a>,
    sites: &'a [&'a Site],
    ports: &'a [&'a Port],
    context: &'a [Context<'a>],
    focus: Vec<String>,
    named: Option<Selector<'a>>,
    width: f64,
    arrangement: Arrangement,
    classes: Classes<'a>,
    words: &'a Words,
    theme: Theme,
    nonspatial: Option<usize>,
    size: f64,
}

impl Page<'_> {
    fn draw(&self) -> Result<Picture> {
        let maps = self.main_and_insets()?;
        let (sites, ports) = self.shown(&maps);
        let counts = self.counts(&maps, &sites, &ports);
        let used = datasets(self.sites, &ports);
        let by = self.figure.tells().words(self.words);
        let blanks = Blanks::new(&counts, &used, by, self.words);
        let choropleth = self.figure.choropleth.as_ref().map(|spec| {
            Choropleth::of(spec, &sites, self.material.gazetteer, &self.focus, self.words)
        });
        let choropleth = choropleth.as_ref();
        let language = self.words.language();
        let title = blanks.fill(self.figure.title.of(language));
        let subtitle = blanks.fill(self.figure.subtitle.of(language));

        let mut nodes = Vec::new();
        let mut table = SymbolTable::new();
        let mut top = MARGIN;
        let heading =
            [(&title, TITLE, Weight::Bold, INK), (&subtitle, BODY, Weight::Regular, INK_SOFT)];
        for (words, size, weight, colour) in heading {
            self.paragraph(words, size, weight, colour, &mut top, &mut nodes);
        }
        top += 4.0;

        let provinces = !self.focus.is_empty();
        let count = |one: &Context| counts.context.get(&one.label).copied().unwrap_or(0);
        let context: Vec<_> = self.context.iter().map(|one| (one, count(one))).collect();
        let of_key = key::Key {
            classes: &self.classes,
            choropleth,
            symbols: self.figure.draws_sites().then_some(&self.figure.symbols),
            size: self.size,
            sites: &sites,
            ports: &ports,
            contexts: &context,
            provinces,
            world: maps.first().is_some_and(|main| main.frame.world),
            words: self.words,
        };
        let groups = key::groups(&of_key, &mut table)?;
        let foot = Foot {
            figure: self.figure,
            material: self.material,
            sites: &sites,
            ports: &ports,
            context: self.context,
            nowhere: choropleth.map_or(0, |areas| areas.nowhere),
            used: &used,
            words: self.words,
        };
        let layout = self.fitted(top, &foot, &blanks, &groups, &counts)?;
        let Layout { mut main, insets, panels, key, mut counts, bottom } = layout;
        counts.unlabelled =
            self.draw_maps(&mut main, &insets, panels, choropleth, &mut table, &mut nodes)?;
        nodes.push(group("key", key));
        let paragraphs = foot.paragraphs(&blanks, &counts, &main.frame.projection);
        let mut top = bottom + ABOVE_FOOT;
        let foot = self.foot(&paragraphs, &mut top);
        nodes.push(group("sources", foot));

        let (width, height) = (self.width, top + BELOW_FOOT);
        let paper = Bounds { left: 0.0, top: 0.0, right: width, bottom: height }.path();
        nodes.insert(0, Node::Path { data: paper, paint: Paint::fill(PAPER) });
        let description = format!("{subtitle}. {}", paragraphs.join(" "));
        let symbols = table.into_iter().collect();
        let theme = self.theme.clone();
        let scene = Scene { width, height, title, description, symbols, nodes, theme, language };
        let millimetres = height / PT_PER_MM;
        let too_high = (millimetres > self.figure.page.height + 0.01).then_some(millimetres);
        Ok(Picture { scene, counts, too_high })
    }

    /// Lays out all below the heading, the main map as large as leaves room for the rest on the
    /// page.
    fn fitted(
        &self,
        top: f64,
        foot: &Foot,
        blanks: &Blanks,
        groups: &[legend::Group],
        counts: &Counts,
    ) -> Result<Layout<'_>> {
        let page = self.figure.page.height * PT_PER_MM;
        let mut smallest = None;
        for share in SHRUNK {
            let main = self.main_map(top, share)?;
            let insets = self.insets(&main)?;
            let placed = main.placed();
            let hidden = |(_, (x, y), _): &&(_, (f64, f64), _)| {
                insets.iter().any(|inset| inset.frame.panel.holds(*x, *y))
            };
            let counts = Counts {
                covered: placed.covered,
                under_insets: placed.sites.iter().filter(hidden).count(),
                moved: placed.moved,
                moved_mm: placed.farthest / PT_PER_MM,
                ..counts.clone()
            };
            let paragraphs = foot.paragraphs(blanks, &counts, &main.frame.projection);
            let mut height = 0.0;
            self.foot(&paragraphs, &mut height);
            // How many names find no room is known when all is drawn: a line for it.
            let edges = ABOVE_FOOT + BELOW_FOOT + SMALL * LEADING;
            let lowest = page - height - edges;
            let size = self.lens_size(main.frame.panel);
            let gazetteer = self.material.gazetteer;
            let views = lens::views(self.figure, &main, size, gazetteer, self.words);
            let around = Around { sites: foot.sites, views: &views, groups, lowest };
            let mut key = Vec::new();
            let (panels, bottom) = self.arrange(&main, &around, &mut key)?;
            let layout = Layout { main, insets, panels, key, counts, bottom };
            if bottom <= lowest + 0.01 {
                return Ok(layout);
            }
            smallest = Some(layout);
        }
        smallest.ok_or_else(|| Error::Draw { what: "page".into(), reason: "no size".into() })
    }

    /// The size that a lens will have, more or less.
    fn lens_size(&self, main: Bounds) -> (f64, f64) {
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
    fn joined(&self) -> bool {
        self.arrangement == Arrangement::Beside && self.figure.lens.len() == 1
    }

    /// The lines of the foot from `top` down.
    fn foot(&self, paragraphs: &[String], top: &mut f64) -> Vec<Node> {
        let mut lines = Vec::new();
        for words in paragraphs {
            self.paragraph(words, SMALL, Weight::Regular, INK_SOFT, top, &mut lines);
        }
        lines
    }

    /// The main map and its insets, to see what they show.
    fn main_and_insets(&self) -> Result<Vec<Map<'_>>> {
        let main = self.main_map(0.0, 1.0)?;
        let insets = self.insets(&main)?;
        Ok(std::iter::once(main).chain(insets).collect())
    }

    /// The sites and ports that lie on one of the maps.
    fn shown(&self, maps: &[Map]) -> (Vec<&Site>, Vec<&Port>) {
        let shown = |point| maps.iter().any(|map| map.shows(point));
        (
            self.sites.iter().copied().filter(|site| shown(site.point)).collect(),
            self.ports.iter().copied().filter(|port| shown(port.point)).collect(),
        )
    }

    fn counts(&self, maps: &[Map], sites: &[&Site], ports: &[&Port]) -> Counts {
        let frames: Vec<&Frame> = maps.iter().map(|map| &map.frame).collect();
        let without_location = self.sites.iter().filter(|site| site.point.is_none()).count();
        Counts {
            selected: self.sites.len(),
            drawn: sites.len(),
            without_location,
            outside_frame: self.sites.len() - sites.len() - without_location,
            ports: ports.len(),
            ports_not_drawn: self.ports.len() - ports.len(),
            context: self.context.iter().map(|o| (o.label.clone(), o.shown(&frames))).collect(),
            nonspatial: self.nonspatial,
            ..Counts::default()
        }
    }

    /// The width between the margins.
    fn room(&self) -> f64 {
        self.width - 2.0 * MARGIN
    }

    /// Sets a paragraph from `top` down and moves `top` below it.
    fn paragraph(
        &self,
        words: &str,
        size: f64,
        weight: Weight,
        colour: Colour,
        top: &mut f64,
        nodes: &mut Vec<Node>,
    ) {
        if words.is_empty() {
            return;
        }
        for line in text::wrap(words, size, weight, self.room()) {
            let line = Text::new(MARGIN, *top + size * text::ASCENT, size, line);
            nodes.push(Node::Text(Text { weight, colour, ..line }));
            *top += size * LEADING;
        }
    }

    /// Places panels and key around the main map; gives the panels and the lowest point.
    fn arrange(
        &self,
        main: &Map,
        around: &Around,
        key: &mut Vec<Node>,
    ) -> Result<(Vec<Panel<'_>>, f64)> {
        let (left, right) = (MARGIN, self.width - MARGIN);
        let panel = main.frame.panel;
        let below = panel.bottom + DEGREES.1 + 6.0;
        let mut draw_key = |left: f64, top: f64, right: f64| {
            top + legend::draw(around.groups, Bounds { left, top, right, bottom: top }, key)
        };
        let mut panels = Vec::new();
        let charts = self.charts(around);
        match self.arrangement {
            Arrangement::Beside => {
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
                    let bottom = draw_key(beside.left, beside.top, beside.right);
                    return Ok((panels, bottom.max(panel.bottom + DEGREES.1)));
                }
                let height = |right: f64| legend::height(around.groups, right - left);
                let below_all = below.max(lowest + GAP);
                let bottom =
                    match below_all + height(right) <= lowest.max(below + height(panel.right)) {
                        true => draw_key(left, below_all, right),
                        false => draw_key(left, below, panel.right),
                    };
                Ok((panels, bottom.max(lowest)))
            }
            Arrangement::Below => {
                let count = around.views.len() + charts.len();
                let mut widths = KEY.map(|share| self.room() * share).into_iter();
                let fits =
                    |width: &f64| below + legend::height(around.groups, *width) <= around.lowest;
                let key_width = widths
                    .find(fits)
                    .unwrap_or(self.room() * KEY[1])
                    .max(legend::least_width(around.groups));
                let key_right = if count == 0 { right } else { left + key_width };
                let key_bottom = draw_key(left, below, key_right);
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
            Arrangement::Stacked => {
                let top = draw_key(left, below, right) + GAP;
                let room = Bounds { left, top, right, bottom: around.lowest };
                let (panels, bottom) = self.rows(main, around, room, 1)?;
                match bottom <= around.lowest {
                    true => Ok((panels, bottom)),
                    false => self.rows(main, around, room, 2),
                }
            }
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

    /// Draws the main map with its insets, the lenses and the charts; tells how many sites and ports
    /// were to be named and found no room.
    fn draw_maps(
        &self,
        main: &mut Map,
        insets: &[Map],
        panels: Vec<Panel>,
        choropleth: Option<&Choropleth>,
        table: &mut SymbolTable,
        nodes: &mut Vec<Node>,
    ) -> Result<usize> {
        let panel = main.frame.panel;
        for lens in &panels {
            if let Panel::Lens { map, letter, .. } = lens {
                let ring = extent(&map.frame, &main.frame);
                if ring.len() < 3 {
                    continue;
                }
                let mark = Mark { ring, letter: *letter };
                if self.joined() {
                    main.joins.extend(joins(&mark.ring, map.frame.panel, panel));
                }
                main.marks.push(mark);
            }
        }
        let covered: Vec<_> = insets.iter().map(|map| map.frame.panel.grown(1.0)).collect();
        let locator = self.locator(main, &covered)?;
        let covered: Vec<_> =
            covered.into_iter().chain(locator.iter().map(|one| one.bounds.grown(1.0))).collect();
        let drawn = main.draw(&covered, choropleth, table)?;
        let mut left_out = drawn.left_out;
        nodes.push(group("main-map", drawn.nodes));
        nodes.extend(locator.map(|one| group("locator-map", one.nodes)));
        for (map, inset) in insets.iter().zip(&self.figure.inset) {
            let Bounds { left, top, .. } = map.frame.panel;
            let width = map.frame.panel.width() - 4.0;
            let title = inset.title.of(self.words.language());
            let lines = text::wrap(title, SMALL, Weight::Regular, width);
            let lines = lines.into_iter().enumerate().map(|(row, line)| {
                let base = top + SMALL * (1.2 + 1.2 * row as f64);
                Text::new(left + 2.5, base, SMALL, line).halo()
            });
            let lines: Vec<Text> = lines.collect();
            let taken: Vec<Bounds> = lines.iter().map(Text::bounds).collect();
            let mut inside = map.draw(&taken, choropleth, table)?.nodes;
            inside.extend(lines.into_iter().map(Node::Text));
            nodes.push(group(&format!("{}-map", map.id), inside));
        }
        for panel in panels {
            match panel {
                Panel::Lens { map, title, top, letter } => {
                    let bounds = map.frame.panel;
                    let sites = self.sites.iter().filter(|site| map.shows(site.point)).count();
                    let ports = map.ports.iter().filter(|port| map.shows(port.point)).count();
                    let letter =
                        letter.map(|letter| format!("{letter}\u{2002}")).unwrap_or_default();
                    let title = format!("{letter}{title} ({})", sites + ports);
                    let mut inside = panel::title(&title, Bounds { top, ..bounds });
                    let drawn = map.draw(&[], choropleth, table)?;
                    left_out += drawn.left_out;
                    inside.extend(drawn.nodes);
                    nodes.push(group(&format!("{}-map", map.id), inside));
                }
                Panel::Chart { title, by, mut bars, bounds } => {
                    let mut fills = self.classes.fills();
                    if let Some(areas) = choropleth.filter(|_| !self.figure.draws_sites()) {
                        areas.paint(&mut bars, by);
                        fills = areas.fills();
                    }
                    let drawn = chart::draw(title, &bars, &fills, bounds, &self.theme)?;
                    nodes.push(group("chart", drawn));
                }
            }
        }
        Ok(left_out)
    }

    fn map(&self, id: String, frame: Frame, size: f64) -> Map<'_> {
        Map {
            id,
            frame,
            sites: if self.figure.draws_sites() { self.sites.to_vec() } else { Vec::new() },
            ports: self.ports.to_vec(),
            context: self.context,
            classes: &self.classes,
            symbols: &self.figure.symbols,
            size,
            focus: &self.focus,
            lit: &self.figure.frame.province,
            graticule: self.figure.frame.graticule,
            name_provinces: false,
            named: self.named.as_ref(),
            label_sites: false,
            label_ports: false,
            scale_bar: false,
            degrees: false,
            words: self.words,
            marks: Vec::new(),
            joins: Vec::new(),
            placed: OnceCell::new(),
        }
    }

    /// The main map, its top at a height of the page, at a share of its largest size.
    fn main_map(&self, top: f64, share: f64) -> Result<Map<'_>> {
        let spec = &self.figure.frame;
        let beside = self.arrangement == Arrangement::Beside;
        let width = self.room() - DEGREES.0 - if beside { self.room() * SIDE + GAP } else { 0.0 };
        let left = MARGIN + DEGREES.0;
        let (width, tallest) = (width * share, self.width * TALLEST * share);
        let frame = match spec.bbox {
            None => Frame::world(Projection::new(&spec.projection)?, left, top, width)?,
            Some(bbox) => {
                let projection = Projection::for_box(&spec.projection, bbox)?;
                // A tall map is narrower than its room, lest it show far more than was asked for.
                let extent = spec.fit.map_or(bbox.into(), Extent::Plane);
                let natural = Frame::height_for(&projection, extent, width)?;
                let height = natural.min(tallest);
                let width = width * height / natural;
                let panel = Bounds { left, top, right: left + width, bottom: top + height };
                Frame::region(projection, extent, panel)?
            }
        };
        Ok(Map {
            name_provinces: true,
            label_sites: self.figure.symbols.labels,
            label_ports: true,
            scale_bar: spec.scale_bar,
            degrees: true,
            ..self.map("main".into(), frame, self.size)
        })
    }

    /// The locator, where the figure wants one and a corner is free.
    fn locator(&self, main: &Map, covered: &[Bounds]) -> Result<Option<Located>> {
        let Some(spec) = &self.figure.locator else { return Ok(None) };
        let points = self.sites.iter().map(|site| site.point);
        let points = points.chain(self.ports.iter().map(|port| port.point)).flatten();
        let at: Vec<_> = points.filter_map(|point| main.frame.place(point)).collect();
        locator::draw(spec, &self.figure.frame, &self.focus, &main.frame, covered, &at, main.size)
    }

    /// The maps in the main map's corners.
    fn insets(&self, main: &Map) -> Result<Vec<Map<'_>>> {
        let insets = self.figure.inset.iter().enumerate();
        insets.map(|(index, inset)| self.inset(index, inset, main)).collect()
    }

    /// An inset in its corner, or in the other one, or smaller, where it would hide a site or part
    /// of an island. It shows what the main map does not.
    fn inset(&self, index: usize, inset: &Inset, main: &Map) -> Result<Map<'_>> {
        let panel = main.frame.panel;
        let projection = Projection::new(&self.figure.frame.projection)?;
        let shape = Frame::height_for(&projection, inset.bbox, 1.0)?;
        let sites = self.sites.iter().map(|site| site.point);
        let points = sites.chain(self.ports.iter().map(|port| port.point)).flatten();
        let symbols: Vec<_> = points.filter_map(|point| main.frame.place(point)).collect();
        let islands = base::islands(&main.frame)?;
        let hides = |bounds: &Bounds| {
            let near = bounds.grown(main.size);
            symbols.iter().chain(&islands).any(|&(x, y)| near.holds(x, y))
        };
        let other = match inset.corner {
            Corner::LowerLeft => Corner::LowerRight,
            Corner::LowerRight => Corner::LowerLeft,
            Corner::UpperLeft => Corner::UpperRight,
            Corner::UpperRight => Corner::UpperLeft,
        };
        let at = |corner, share: f64| {
            let width = panel.width() * inset.width * share;
            corner_of(panel, corner, width, width * shape)
        };
        let (large, small) = INSET_SIZES.split_at(3);
        let wanted = large.iter().map(|share| at(inset.corner, *share));
        let elsewhere = INSET_SIZES.iter().map(|share| at(other, *share));
        let smaller = small.iter().map(|share| at(inset.corner, *share));
        let free = wanted.chain(elsewhere).chain(smaller).find(|bounds| !hides(bounds));
        let bounds = free.unwrap_or_else(|| at(inset.corner, 1.0));
        let mut frame = Frame::region(projection, inset.bbox, bounds)?;
        frame.islets = true;
        let mut map = self.map(format!("inset{}", index + 1), frame, main.size * 0.8);
        map.sites.retain(|site| !main.shows(site.point));
        map.ports.retain(|port| !main.shows(port.point));
        map.scale_bar = true;
        Ok(map)
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

/// A rectangle of some size in a corner of a panel.
pub(super) fn corner_of(panel: Bounds, corner: Corner, width: f64, height: f64) -> Bounds {
    let left = match corner {
        Corner::LowerLeft | Corner::UpperLeft => panel.left,
        Corner::LowerRight | Corner::UpperRight => panel.right - width,
    };
    let top = match corner {
        Corner::UpperLeft | Corner::UpperRight => panel.top,
        Corner::LowerLeft | Corner::LowerRight => panel.bottom - height,
    };
    Bounds { left, top, right: left + width, bottom: top + height }
}

/// The alpha-3 codes of the countries that a figure is about.
fn focus(figure: &Figure, material: &Material) -> Result<Vec<String>> {
    let code =
        |name: &String| {
            material.gazetteer.country(name).map(|unit| unit.code).ok_or_else(|| {
                Error::usage(format!("frame: focus: no country is called \"{name}\""))
            })
        };
    figure.frame.focus.iter().map(code).collect()
}

/// Which sites a figure labels, of whatever dataset where none is named.
fn named<'a>(figure: &Figure, material: &Material<'a>) -> Result<Option<Selector<'a>>> {
    let Some(mut named) = figure.symbols.named.clone() else { return Ok(None) };
    if named.dataset.is_empty() {
        named.dataset.push("all".into());
    }
    named.resolve(material.gazetteer).map(Some)
}

/// The outline of one map's panel on another map.
pub(super) fn extent(of: &Frame, on: &Frame) -> Vec<(f64, f64)> {
    let Bounds { left, top, right, bottom } = of.panel;
    let corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)];
    let steps = 12;
    let edge = corners.windows(2).flat_map(|pair| {
        let [(x0, y0), (x1, y1)] = [pair[0], pair[1]];
        (0..steps).map(move |step| {
            let share = f64::from(step) / f64::from(steps);
            (x0 + (x1 - x0) * share, y0 + (y1 - y0) * share)
        })
    });
    let globe: Vec<_> = edge.filter_map(|(x, y)| of.degrees(x, y)).collect();
    on.trace_ring(&globe)
}

/// Two lines from an extent on the main map to the panel at its right that shows it.
fn joins(ring: &[(f64, f64)], panel: Bounds, main: Bounds) -> Vec<((f64, f64), (f64, f64))> {
    let right = ring.iter().map(|p| p.0).fold(f64::NEG_INFINITY, f64::max).min(main.right);
    let end = |better: fn(f64, f64) -> bool| {
        // Of the corners at the right: those in the right half of the extent.
        let left = ring.iter().map(|p| p.0).fold(f64::INFINITY, f64::min);
        let half = ring.iter().filter(|p| p.0 >= (left + right) / 2.0).copied();
        half.reduce(|a, b| if better(b.1, a.1) { b } else { a })
    };
    let upper = end(|a, b| a < b).map(|corner| (corner, (panel.left, panel.top)));
    let lower = end(|a, b| a > b).map(|corner| (corner, (panel.left, panel.bottom)));
    upper.into_iter().chain(lower).collect()
}

fn group(id: &str, nodes: Vec<Node>) -> Node {
    Node::Group { id: id.into(), nodes }
}
