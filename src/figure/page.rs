//! The page: where title, maps, key, charts and sources stand, and what they say.

use std::collections::BTreeMap;

use super::chart::{self, Bar};
use super::frame::Frame;
use super::legend::{self, Entry, Group, grouped};
use super::map::{Map, Mark, SymbolTable};
use super::projection::Projection;
use super::scene::{Bounds, Node, Paint, PathData, Scene, Text};
use super::spec::{Chart, ChartBy, Corner, Figure, Inset, Lens};
use super::style::{self, BODY, INK_SOFT, LENS, PT_PER_MM, SMALL, TITLE};
use super::symbols::{self, Look};
use super::text::{self, Weight};
use super::{Counts, Material, Picture, base, datasets};
use crate::error::{Error, Result};
use crate::select;
use crate::site::{Port, ReeType, Site, Status};
use crate::{basemap, dataset};

/// The margin of the page.
const MARGIN: f64 = 6.0;
/// The gap between panels.
const GAP: f64 = 9.0;
/// Room for degrees left of and below a map.
const DEGREES: (f64, f64) = (19.0, 8.0);
/// The height of a panel's title.
const PANEL_TITLE: f64 = 10.0;
/// The share of the page's width that panels beside the main map take.
const SIDE: f64 = 0.33;
/// Below this width in points panels stand below the main map, not beside it.
const NARROW: f64 = 340.0;
/// The greatest height of a main map, as a share of the page's width.
const TALLEST: f64 = 0.62;

/// Draws a figure of the sites and ports selected.
pub fn draw(
    figure: &Figure,
    material: &Material,
    sites: &[&Site],
    ports: &[&Port],
    width_mm: f64,
) -> Result<Picture> {
    let width = width_mm * PT_PER_MM;
    let focus = focus(figure, material)?;
    let layout = Layout::new(figure, width)?;
    let page = Page { figure, material, sites, ports, focus };
    let mut table = SymbolTable::new();

    let mut nodes = Vec::new();
    let main = page.main_map(layout.frame(figure, 0.0)?);
    let shown = main.shown();
    let drawn: Vec<&Site> = shown.sites.iter().map(|&index| sites[index]).collect();
    let drawn_ports: Vec<&Port> = shown.ports.iter().map(|&index| ports[index]).collect();
    let without_location = sites.iter().filter(|site| site.point.is_none()).count();
    let counts = Counts {
        selected: sites.len(),
        drawn: drawn.len(),
        without_location,
        outside_frame: sites.len() - drawn.len() - without_location,
        ports: drawn_ports.len(),
        ports_not_drawn: ports.len() - drawn_ports.len(),
    };
    let words = Words::new(&counts, &datasets(&drawn, &drawn_ports));

    // Title.
    let title = words.fill(&figure.title);
    let subtitle = words.fill(&figure.subtitle);
    let mut top = MARGIN;
    let room = width - 2.0 * MARGIN;
    for line in text::wrap(&title, TITLE, Weight::Bold, room) {
        nodes.push(Node::Text(Text::new(MARGIN, top + TITLE * text::ASCENT, TITLE, line).bold()));
        top += TITLE * 1.25;
    }
    top += 0.5;
    if !subtitle.is_empty() {
        for line in text::wrap(&subtitle, BODY, Weight::Regular, room) {
            let line = Text::new(MARGIN, top + BODY * text::ASCENT, BODY, line).colour(INK_SOFT);
            nodes.push(Node::Text(line));
            top += BODY * 1.3;
        }
    }
    top += 4.0;

    // Maps and charts.
    let mut main = page.main_map(layout.frame(figure, top)?);
    let panel = main.frame.panel;
    let mut insets = Vec::new();
    let mut covered = Vec::new();
    for (index, inset) in figure.inset.iter().enumerate() {
        let map = page.inset(index, inset, &main)?;
        covered.push(map.frame.panel.grown(1.0));
        insets.push((map, &inset.title));
    }
    let side = layout.side(panel);
    let mut lenses = Vec::new();
    let mut below = side.top;
    for (index, lens) in figure.lens.iter().enumerate() {
        let height = layout.lens_height(lens, side.width(), figure.lens.len(), panel)?;
        let bounds = Bounds {
            top: below + PANEL_TITLE,
            bottom: below + PANEL_TITLE + height,
            ..side
        };
        below = bounds.bottom + GAP;
        let map = page.lens(index, lens, bounds)?;
        main.marks.push(Mark { ring: extent(&map.frame, &main.frame) });
        lenses.push((map, &lens.title));
    }
    let leaders: Vec<Node> = if layout.beside {
        lenses
            .iter()
            .zip(&main.marks)
            .map(|((map, _), mark)| leader(&mark.ring, map.frame.panel, panel))
            .collect()
    } else {
        Vec::new()
    };
    nodes.push(Node::Group {
        id: "main".into(),
        clip: None,
        nodes: main.draw(&covered, &mut table)?,
    });
    for (map, title) in insets {
        let panel = map.frame.panel;
        let mut inside = map.draw(&[], &mut table)?;
        let title = Text::new(panel.left + 2.5, panel.top + SMALL * 1.1, SMALL, title.as_str());
        inside.push(Node::Text(title.halo()));
        nodes.push(Node::Group { id: format!("{}-map", map.id), clip: None, nodes: inside });
    }
    nodes.push(Node::Group { id: "leaders".into(), clip: None, nodes: leaders });
    for (map, title) in lenses {
        let panel = map.frame.panel;
        let base = panel.top - PANEL_TITLE + BODY * text::ASCENT;
        let count = map.shown().sites.len();
        let title = format!("{title} ({count})");
        let mut inside = vec![Node::Text(Text::new(panel.left, base, BODY, title).bold())];
        inside.extend(map.draw(&[], &mut table)?);
        nodes.push(Node::Group { id: format!("{}-map", map.id), clip: None, nodes: inside });
    }

    // The key, and charts beside it or in what is left of the side column.
    let mut lowest = panel.bottom + DEGREES.1;
    let key_width;
    let key_top;
    if layout.beside {
        for one in &figure.chart {
            let bars = bars(one, &drawn, material, chart::bars_in(panel.bottom - below));
            let bounds = Bounds { top: below, bottom: panel.bottom, ..side };
            nodes.push(chart_group(one, &bars, bounds)?);
            below += chart::height(bars.len()) + GAP;
        }
        lowest = lowest.max(below - GAP);
        key_width = room;
        key_top = lowest + 6.0;
    } else {
        lowest = lowest.max(below - if figure.lens.is_empty() { 0.0 } else { GAP });
        key_top = lowest + 6.0;
        let charts_width = if layout.narrow { room } else { room * SIDE };
        let mut chart_top = key_top;
        if !layout.narrow {
            let left = width - MARGIN - charts_width;
            for one in &figure.chart {
                let bars = bars(one, &drawn, material, one.most);
                let height = chart::height(bars.len());
                let bounds =
                    Bounds { left, top: chart_top, right: width - MARGIN, bottom: chart_top + height };
                nodes.push(chart_group(one, &bars, bounds)?);
                chart_top += height + GAP;
            }
        }
        lowest = chart_top - if figure.chart.is_empty() || layout.narrow { 0.0 } else { GAP };
        key_width =
            if layout.narrow || figure.chart.is_empty() { room } else { room - charts_width - GAP };
    }
    let mut key = Vec::new();
    let groups = page.key(&drawn, &drawn_ports, &mut table);
    let room_for_key =
        Bounds { left: MARGIN, top: key_top, right: MARGIN + key_width, bottom: key_top };
    let key_height = legend::draw(&groups, room_for_key, &mut key);
    nodes.push(Node::Group { id: "key".into(), clip: None, nodes: key });
    let mut top = lowest.max(key_top + key_height) + 5.0;
    if layout.narrow {
        for one in &figure.chart {
            let bars = bars(one, &drawn, material, one.most);
            let height = chart::height(bars.len());
            let bounds =
                Bounds { left: MARGIN, top, right: width - MARGIN, bottom: top + height };
            nodes.push(chart_group(one, &bars, bounds)?);
            top += height + GAP;
        }
    }

    // What is not shown, sources, boundaries.
    let mut foot = Vec::new();
    let mut description = String::new();
    for paragraph in page.foot(&words, &counts, &main.frame.projection, &drawn, &drawn_ports) {
        for line in text::wrap(&paragraph, SMALL, Weight::Regular, room) {
            let line = Text::new(MARGIN, top + SMALL * text::ASCENT, SMALL, line).colour(INK_SOFT);
            foot.push(Node::Text(line));
            top += SMALL * 1.3;
        }
        description.push(' ');
        description.push_str(&paragraph);
    }
    nodes.push(Node::Group { id: "sources".into(), clip: None, nodes: foot });

    let height = top + MARGIN - SMALL * 0.3;
    let mut paper = PathData::default();
    paper.ring(&[(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)]);
    nodes.insert(0, Node::Path { data: paper.data, paint: Paint::fill(style::PAPER) });
    let scene = Scene {
        width,
        height,
        title,
        description: format!("{subtitle}{description}"),
        symbols: table.into_iter().collect(),
        nodes,
    };
    Ok(Picture { scene, counts })
}

/// The alpha-3 codes of the countries that a figure is about.
fn focus(figure: &Figure, material: &Material) -> Result<Vec<String>> {
    let mut codes = Vec::new();
    for name in &figure.frame.focus {
        let unit = material.gazetteer.country(name).ok_or_else(|| {
            Error::usage(format!("frame: focus: no country is called \"{name}\""))
        })?;
        codes.push(unit.code);
    }
    Ok(codes)
}

/// How a page of some width is divided.
struct Layout {
    width: f64,
    map_width: f64,
    map_height: Option<f64>,
    beside: bool,
    narrow: bool,
}

impl Layout {
    fn new(figure: &Figure, width: f64) -> Result<Self> {
        let room = width - 2.0 * MARGIN;
        let narrow = width < NARROW;
        let beside = !narrow
            && figure.frame.bbox.is_some()
            && !(figure.lens.is_empty() && figure.chart.is_empty());
        let map_width = room - DEGREES.0 - if beside { room * SIDE + GAP } else { 0.0 };
        let map_height = match figure.frame.bbox {
            None => None,
            Some(bbox) => {
                let projection = Projection::new(&figure.frame.projection)?;
                let height = Frame::height_for(&projection, bbox, map_width)?;
                Some(height.min(width * TALLEST))
            }
        };
        Ok(Layout { width, map_width, map_height, beside, narrow })
    }

    /// The main map's frame, its top at a height of the page.
    fn frame(&self, figure: &Figure, top: f64) -> Result<Frame> {
        let projection = Projection::new(&figure.frame.projection)?;
        let left = MARGIN + DEGREES.0;
        match (figure.frame.bbox, self.map_height) {
            (Some(bbox), Some(height)) => {
                let right = left + self.map_width;
                Frame::region(projection, bbox, Bounds { left, top, right, bottom: top + height })
            }
            _ => Frame::world(projection, left, top, self.map_width),
        }
    }

    /// The column beside the main map, or the band below it.
    fn side(&self, main: Bounds) -> Bounds {
        if self.beside {
            let left = main.right + GAP;
            Bounds { left, top: main.top, right: self.width - MARGIN, bottom: main.bottom }
        } else {
            let top = main.bottom + DEGREES.1 + GAP / 2.0;
            Bounds { left: main.left, top, right: main.right, bottom: top }
        }
    }

    /// The height of a lens: its natural one, at most a fair share of the column.
    fn lens_height(&self, lens: &Lens, width: f64, lenses: usize, main: Bounds) -> Result<f64> {
        let projection = local(lens.bbox)?;
        let natural = Frame::height_for(&projection, lens.bbox, width)?;
        let most = if self.beside {
            main.height() * 0.64 / lenses as f64 - PANEL_TITLE
        } else {
            width * 0.8
        };
        Ok(natural.min(most))
    }
}

/// An equal-area projection around the middle of a small area, north up.
fn local([west, south, east, north]: [f64; 4]) -> Result<Projection> {
    let (longitude, latitude) = ((west + east) / 2.0, (south + north) / 2.0);
    Projection::new(&format!("+proj=laea +lat_0={latitude} +lon_0={longitude} +datum=WGS84"))
}

/// The outline of one map's panel on another map.
fn extent(of: &Frame, on: &Frame) -> Vec<(f64, f64)> {
    let panel = of.panel;
    let corners = [
        (panel.left, panel.top),
        (panel.right, panel.top),
        (panel.right, panel.bottom),
        (panel.left, panel.bottom),
        (panel.left, panel.top),
    ];
    let steps = 12;
    let edge = corners.windows(2).flat_map(|pair| {
        let [(x0, y0), (x1, y1)] = [pair[0], pair[1]];
        (0..steps).map(move |step| {
            let share = f64::from(step) / f64::from(steps);
            (x0 + (x1 - x0) * share, y0 + (y1 - y0) * share)
        })
    });
    let globe: Vec<_> = edge.filter_map(|(x, y)| of.degrees(x, y)).collect();
    on.trace(&globe)
}

/// Two lines from an extent on the main map to the panel that shows it.
fn leader(ring: &[(f64, f64)], panel: Bounds, main: Bounds) -> Node {
    let right = ring.iter().map(|p| p.0).fold(f64::NEG_INFINITY, f64::max).min(main.right);
    let top = ring.iter().map(|p| p.1).fold(f64::INFINITY, f64::min);
    let bottom = ring.iter().map(|p| p.1).fold(f64::NEG_INFINITY, f64::max);
    let mut path = PathData::default();
    path.line(&[(right, top), (panel.left, panel.top)]);
    path.line(&[(right, bottom), (panel.left, panel.bottom)]);
    Node::Path { data: path.data, paint: Paint::line(LENS, 0.3) }
}

/// What the parts of a page share.
struct Page<'a> {
    figure: &'a Figure,
    material: &'a Material<'a>,
    sites: &'a [&'a Site],
    ports: &'a [&'a Port],
    focus: Vec<String>,
}

impl Page<'_> {
    fn map(&self, id: String, frame: Frame, size: f64) -> Map<'_> {
        Map {
            id,
            frame,
            sites: self.sites,
            ports: self.ports,
            symbols: &self.figure.symbols,
            size,
            focus: &self.focus,
            graticule: self.figure.frame.graticule,
            name_provinces: false,
            label_sites: false,
            label_ports: false,
            scale_bar: false,
            degrees: false,
            marks: Vec::new(),
        }
    }

    fn main_map(&self, frame: Frame) -> Map<'_> {
        Map {
            name_provinces: true,
            label_sites: self.figure.symbols.labels,
            label_ports: true,
            scale_bar: self.figure.frame.scale_bar,
            degrees: true,
            ..self.map("main".into(), frame, self.figure.symbols.size)
        }
    }

    /// An inset in its corner, or in the other one where it would hide a site.
    fn inset(&self, index: usize, inset: &Inset, main: &Map) -> Result<Map<'_>> {
        let panel = main.frame.panel;
        let width = panel.width() * inset.width;
        let projection = Projection::new(&self.figure.frame.projection)?;
        let height = Frame::height_for(&projection, inset.bbox, width)?;
        let at = |corner| {
            let left = match corner {
                Corner::LowerLeft => panel.left,
                Corner::LowerRight => panel.right - width,
            };
            let top = panel.bottom - height;
            Bounds { left, top, right: left + width, bottom: panel.bottom }
        };
        let hides = |bounds: &Bounds| {
            let points = self.sites.iter().map(|s| s.point).chain(self.ports.iter().map(|p| p.point));
            points
                .flatten()
                .filter_map(|point| main.frame.place(point))
                .any(|(x, y)| bounds.grown(self.figure.symbols.size).holds(x, y))
        };
        let other = match inset.corner {
            Corner::LowerLeft => Corner::LowerRight,
            Corner::LowerRight => Corner::LowerLeft,
        };
        let (wanted, fallback) = (at(inset.corner), at(other));
        let bounds = if hides(&wanted) && !hides(&fallback) { fallback } else { wanted };
        let frame = Frame::region(projection, inset.bbox, bounds)?;
        Ok(Map {
            scale_bar: true,
            ..self.map(format!("inset{}", index + 1), frame, self.figure.symbols.size * 0.8)
        })
    }

    fn lens(&self, index: usize, lens: &Lens, bounds: Bounds) -> Result<Map<'_>> {
        let frame = Frame::region(local(lens.bbox)?, lens.bbox, bounds)?;
        Ok(Map {
            label_sites: lens.labels,
            label_ports: lens.labels,
            scale_bar: true,
            graticule: 1.0,
            ..self.map(format!("lens{}", index + 1), frame, self.figure.symbols.size * 1.1)
        })
    }

    /// The key: type of rare earths, then what else symbols say, then ports and lines.
    fn key(&self, sites: &[&Site], ports: &[&Port], table: &mut SymbolTable) -> Vec<Group> {
        let symbols = &self.figure.symbols;
        let size = symbols.size.max(4.0);
        let mut symbol = |look: Look| {
            let id = look.id(size);
            table.entry(id.clone()).or_insert_with(|| look.draw(size));
            id
        };
        let plain = |ree_type| Look { ree_type, open: false, dot: false };
        let count = |holds: &dyn Fn(&Site) -> bool| sites.iter().filter(|site| holds(site)).count();

        let mut types = Vec::new();
        for &ree_type in ReeType::ALL {
            let words = match ree_type {
                ReeType::Light => "light: heavy below 20 %",
                ReeType::Mixed => "mixed: 20–40 %",
                ReeType::Heavy => "heavy: above 40 %",
                ReeType::Unknown => "unknown: no evidence",
            };
            let n = count(&|site| site.ree_type.value == ree_type);
            types.push(Entry::symbol(symbol(plain(ree_type)), words, n));
        }
        types.push(Entry::remark("Share of heavy rare earths (Tb–Lu, Y) in all oxides."));
        let mut groups = vec![Group { heading: "Type of rare earths".into(), entries: types }];

        let sample = sites
            .iter()
            .map(|site| site.ree_type.value)
            .find(|ree_type| *ree_type != ReeType::Unknown)
            .unwrap_or(ReeType::Unknown);
        if symbols.mark_byproduct {
            let byproduct = |site: &Site| {
                matches!(site.status, Status::Byproduct | Status::PastByproduct)
            };
            let entry = |dot, words: &str, n| (Look { dot, ..plain(sample) }, words.to_string(), n);
            let entries = [
                entry(false, "producer", count(&|site| !byproduct(site))),
                entry(true, "byproduct producer", count(&byproduct)),
            ];
            let entries = entries.map(|(look, words, n)| Entry::symbol(symbol(look), words, n));
            groups.push(Group { heading: "Production".into(), entries: entries.into() });
        }
        if symbols.mark_uncertain {
            let assumed = count(&|site| site.status == Status::AssumedActive);
            let doubted = count(&|site| !site.status_certain) - assumed;
            let mut entries = vec![Entry::symbol(
                symbol(plain(sample)),
                "stated",
                count(&|site| site.status_certain),
            )];
            let open = Look { open: true, ..plain(sample) };
            if doubted > 0 {
                entries.push(Entry::symbol(symbol(open), "uncertain: “(?)” in the source", doubted));
            }
            if assumed > 0 {
                entries.push(Entry::symbol(symbol(open), "Assumed Active", assumed));
            }
            groups.push(Group { heading: "Status".into(), entries });
        }
        if !ports.is_empty() {
            let size = symbols.size * 0.95;
            let entry = |rare_earths, words| {
                let of_kind = |port: &&&Port| (port.exports_rare_earths == Some(true)) == rare_earths;
                let id = symbols::port_id(size, rare_earths);
                Entry::symbol(id, words, ports.iter().filter(of_kind).count())
            };
            for rare_earths in [true, false] {
                table
                    .entry(symbols::port_id(size, rare_earths))
                    .or_insert_with(|| symbols::port(size, rare_earths));
            }
            let entries = vec![
                entry(true, "listed for rare-earth exports"),
                entry(false, "other metal-exporting port"),
            ];
            groups.push(Group { heading: "Ports".into(), entries });
        }
        let mut lines = vec![
            Entry::line(base::border_paint(), "international"),
            Entry::line(base::disputed_paint(), "disputed"),
        ];
        if !self.focus.is_empty() {
            lines.push(Entry::line(base::province_paint(), "provincial"));
        }
        groups.push(Group { heading: "Boundaries".into(), entries: lines });
        groups
    }

    /// What stands at the foot: what is not shown, notes, sources, boundaries.
    fn foot(
        &self,
        words: &Words,
        counts: &Counts,
        projection: &Projection,
        sites: &[&Site],
        ports: &[&Port],
    ) -> Vec<String> {
        let mut not_shown = Vec::new();
        let mut say = |count: usize, what: &str| {
            if count > 0 {
                not_shown.push(format!("{} {what}", grouped(count)));
            }
        };
        say(counts.without_location, "selected without location");
        say(counts.outside_frame, "outside the frame");
        say(counts.ports_not_drawn, "ports without location or outside the frame");
        let used = datasets(sites, ports);
        if used.contains(&crate::site::Dataset::GlobalRee) {
            say(
                self.material.unlocated_elsewhere,
                "further records of the global database, which have no location",
            );
        }
        let mut paragraphs: Vec<String> =
            self.figure.notes.iter().map(|note| words.fill(note)).collect();
        if !not_shown.is_empty() {
            paragraphs.push(format!("Not shown: {}.", not_shown.join("; ")));
        }
        let sources: Vec<_> =
            used.iter().filter_map(|&one| dataset::about(one)).map(|about| about.credit()).collect();
        let rules = self.material.rules_version;
        paragraphs.push(format!(
            "Sources: {}. Classes: reemap {}, rules {rules}. Basemap: {}. Projection: {}.",
            sources.join("; "),
            env!("CARGO_PKG_VERSION"),
            basemap::CREDIT,
            projection.title,
        ));
        paragraphs.push("Boundaries: Natural Earth; no position on sovereignty is implied.".into());
        paragraphs
    }
}

/// The words that a figure's texts may hold in braces.
struct Words(BTreeMap<&'static str, String>);

impl Words {
    fn new(counts: &Counts, used: &[crate::site::Dataset]) -> Self {
        let as_of: Vec<_> =
            used.iter().filter_map(|&one| dataset::about(one)).map(|a| a.as_of.clone()).collect();
        Words(BTreeMap::from([
            ("{n}", grouped(counts.drawn)),
            ("{selected}", grouped(counts.selected)),
            ("{ports}", grouped(counts.ports)),
            ("{without-location}", grouped(counts.without_location)),
            ("{as-of}", as_of.join("; ")),
        ]))
    }

    fn fill(&self, text: &str) -> String {
        self.0.iter().fold(text.to_string(), |text, (word, value)| text.replace(word, value))
    }
}

/// The bars of a chart: the longest ones, the rest added up, in the order of their length.
fn bars(chart: &Chart, sites: &[&Site], material: &Material, room: usize) -> Vec<Bar> {
    let mut counts: BTreeMap<String, [usize; 4]> = BTreeMap::new();
    for site in sites {
        let name = match chart.by {
            ChartBy::Province => select::province_of(site, material.gazetteer).map(|u| u.name),
            ChartBy::Country => select::country_of(site, material.gazetteer).map(|u| u.name),
            ChartBy::DepositType => site.deposit_types.first().map(|term| term.name.clone()),
            ChartBy::Status => Some(site.status.label().to_string()),
        };
        let bar = counts.entry(name.unwrap_or_else(|| "not known".into())).or_default();
        if let Some(index) = ReeType::ALL.iter().position(|t| *t == site.ree_type.value) {
            bar[index] += 1;
        }
    }
    let mut bars: Vec<Bar> =
        counts.into_iter().map(|(name, counts)| Bar { name, counts }).collect();
    bars.sort_by(|a, b| b.total().cmp(&a.total()).then_with(|| a.name.cmp(&b.name)));
    let most = chart.most.min(room).max(1);
    if bars.len() > most {
        let rest = bars.split_off(most - 1);
        let mut sum = Bar { name: format!("{} others", rest.len()), counts: [0; 4] };
        for bar in rest {
            sum.counts.iter_mut().zip(bar.counts).for_each(|(all, one)| *all += one);
        }
        bars.push(sum);
    }
    bars
}

fn chart_group(chart: &Chart, bars: &[Bar], bounds: Bounds) -> Result<Node> {
    let nodes = chart::draw(&chart.title, bars, bounds)?;
    Ok(Node::Group { id: "chart".into(), clip: None, nodes })
}
