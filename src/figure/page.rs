//! The page: where title, maps, key, charts and sources stand.

use std::cell::OnceCell;

use self::arrangement::{Around, Arrangement, Panel, SIDE};
use super::base;
use super::chart;
use super::choropleth::Choropleth;
use super::classes::Classes;
use super::context::Context;
use super::foot::{Blanks, Foot};
use super::frame::{Extent, Frame};
use super::language::Words;
use super::lens;
use super::locator::{self, Located};
use super::map::{Map, Mark, SymbolTable};
use super::projection::Projection;
use super::scene::{Bounds, Node, Paint, Scene, Text};
use super::spec::{Corner, Figure, Inset};
use super::style::{BODY, Colour, INK, INK_SOFT, PAPER, PT_PER_MM, SMALL, TITLE};
use super::text::{self, Weight};
use super::theme::Theme;
use super::{Counts, Material, Picture, datasets, key, legend, panel, symbols};
use crate::error::{Error, Result};
use crate::select::Selector;
use crate::site::{Port, Site};

mod arrangement;

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
/// The greatest height of a regional map, as a share of the page's width.
const TALLEST: f64 = 0.62;
/// The sizes that an inset is tried at, as shares of the one asked for.
const INSET_SIZES: [f64; 5] = [1.0, 0.9, 0.8, 0.7, 0.6];
/// The sizes that the main map is tried at until all finds room on the page, as shares of the
/// largest.
const SHRUNK: [f64; 8] = [1.0, 0.92, 0.84, 0.76, 0.68, 0.6, 0.52, 0.44];
/// The least of these for the sake of lenses that were found.
const SHRUNK_FOR_LENSES: f64 = 0.6;

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
        for (lenses, share) in self.tries() {
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
            let views = lens::views(self.figure, &main, lenses, size, gazetteer, self.words);
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

    /// How many lenses are looked for, and the share of its largest size that the main map has, in
    /// the order in which they are tried. Where lenses add to the page's height, the map shrinks for
    /// them so far and no farther.
    fn tries(&self) -> Vec<(usize, f64)> {
        let found = self.figure.lens.iter().filter(|lens| lens.bbox.is_none()).count();
        let least = match self.arrangement {
            Arrangement::Beside => return SHRUNK.map(|share| (found, share)).to_vec(),
            Arrangement::Below | Arrangement::Stacked => SHRUNK_FOR_LENSES,
        };
        let with = (1..=found).rev().flat_map(|lenses| SHRUNK.map(|share| (lenses, share)));
        with.filter(|(_, share)| *share >= least).chain(SHRUNK.map(|share| (0, share))).collect()
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
