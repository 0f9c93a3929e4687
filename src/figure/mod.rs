//! Figures: a specification and sites in, a picture out.
//!
//! [`spec::Figure`] says what is drawn; [`draw`] selects the sites, lays the page out, draws its
//! maps ([`map`]), key ([`legend`]) and charts ([`chart`]) into one [`scene::Scene`], and counts
//! what it drew, so that the words and the picture agree.

pub mod base;
pub mod boxes;
pub mod chart;
pub mod choropleth;
pub mod classes;
pub mod context;
mod conventions;
mod crowding;
mod cut;
mod foot;
pub mod frame;
pub mod generic;
pub mod graticule;
pub mod key;
pub mod labels;
pub mod language;
pub mod legend;
mod lens;
mod lines;
mod locator;
pub mod map;
pub mod outline;
mod page;
mod panel;
pub mod pdf;
pub mod png;
pub mod projection;
mod raster;
pub mod region;
mod scale_bar;
pub mod scene;
pub mod sheet;
pub mod spec;
pub mod style;
pub mod symbols;
pub mod text;
pub mod theme;

use std::collections::BTreeMap;

use serde::Serialize;

use self::scene::Scene;
use self::spec::Figure;
use crate::dataset::context::ContextLayer;
use crate::error::{Error, Result};
use crate::place::Gazetteer;
use crate::select::Selection;
use crate::site::{Dataset, Port, Site};

/// What figures are drawn from.
pub struct Material<'a> {
    /// All sites, classified and located; a figure selects its own.
    pub sites: &'a [Site],
    /// All ports.
    pub ports: &'a [Port],
    /// The context layers, read; a figure draws those that it names.
    pub context: &'a [ContextLayer],
    /// The places that selections name.
    pub gazetteer: &'a Gazetteer,
    /// The version of the classification rules.
    pub rules_version: &'a str,
}

/// How many sites and ports a figure was asked for, and what became of them.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Counts {
    /// Sites that the figure's filters select.
    pub selected: usize,
    /// Sites drawn.
    pub drawn: usize,
    /// Selected sites without a location.
    pub without_location: usize,
    /// Selected sites outside the frame.
    pub outside_frame: usize,
    /// Ports drawn.
    pub ports: usize,
    /// Selected ports that are not drawn, without a location or outside the frame.
    pub ports_not_drawn: usize,
    /// Drawn sites whose symbols lie wholly under others on the main map.
    pub covered: usize,
    /// Drawn sites that lie under a map in a corner of the main map.
    pub under_insets: usize,
    /// Symbols that stand beside their places on the main map, so that all are seen.
    pub moved: usize,
    /// How far beside the farthest of them stands, in millimetres of the page.
    pub moved_mm: f64,
    /// Sites and ports that were to be named and whose names found no room.
    pub unlabelled: usize,
    /// Records of the global database without a location that the figure's filters would
    /// select; none where they are not at hand or the figure does not show that database.
    pub nonspatial: Option<usize>,
    /// Features drawn around the sites, by what the key calls them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub context: BTreeMap<String, usize>,
}

/// A figure, drawn.
pub struct Picture {
    /// The picture.
    pub scene: Scene,
    /// What it shows.
    pub counts: Counts,
    /// Its height in millimetres where that is more than the figure's page allows, however little
    /// the picture holds.
    pub too_high: Option<f64>,
}

/// The widths and heights in millimetres that a figure can be drawn at.
const SIZES: std::ops::RangeInclusive<f64> = 60.0..=1200.0;

/// Draws a figure on the page that it states.
pub fn draw(figure: &Figure, material: &Material) -> Result<Picture> {
    let spec::PageSpec { width, height, .. } = figure.page;
    if !SIZES.contains(&width) {
        return Err(Error::usage(format!("a figure can't be {width} mm wide"))
            .with_hint("give 60 to 1200; journals use 89, 120 or 183"));
    }
    if !SIZES.contains(&height) {
        return Err(Error::usage(format!("a figure can't be {height} mm high"))
            .with_hint("give 60 to 1200; journals take up to 170"));
    }
    let selector = figure.sites.resolve(material.gazetteer)?;
    let sites: Vec<&Site> = material.sites.iter().filter(|site| selector.matches(site)).collect();
    let ports: Vec<&Port> = match &figure.ports {
        None => Vec::new(),
        Some(layer) => {
            let selector = layer.select.resolve(material.gazetteer)?;
            material
                .ports
                .iter()
                .filter(|port| selector.matches_port(port))
                .filter(|port| port.exports_metals || !layer.metals_only)
                .collect()
        }
    };
    let nonspatial = nonspatial(figure, material)?;
    let context = context::of(&figure.context, material.context)?;
    let figure = region::resolved(figure, &sites, &ports, material.gazetteer)?;
    page::draw(&figure, material, &sites, &ports, &context, nonspatial)
}

/// How many records of the global database's nonspatial table a figure of its spatial table would
/// select.
fn nonspatial(figure: &Figure, material: &Material) -> Result<Option<usize>> {
    let is_nonspatial = |site: &&Site| site.dataset == Dataset::GlobalReeNonspatial;
    let shows_spatial = figure.sites.dataset.iter().any(|name| name == Dataset::GlobalRee.name());
    if !shows_spatial || !material.sites.iter().any(|site| is_nonspatial(&site)) {
        return Ok(None);
    }
    let selection = Selection {
        dataset: vec![Dataset::GlobalReeNonspatial.name().into()],
        ..figure.sites.clone()
    };
    let selector = selection.resolve(material.gazetteer)?;
    let matching = material.sites.iter().filter(is_nonspatial);
    Ok(Some(matching.filter(|site| selector.matches(site)).count()))
}

/// The datasets among some sites and ports, in the order of tables.
fn datasets(sites: &[&Site], ports: &[&Port]) -> Vec<Dataset> {
    let mut found: Vec<_> =
        sites.iter().map(|s| s.dataset).chain(ports.iter().map(|p| p.dataset)).collect();
    found.sort();
    found.dedup();
    found
}
