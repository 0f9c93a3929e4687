//! A figure as data: a TOML file that says what is drawn, where and how.

use serde::Deserialize;

use super::language::{Language, Phrase};
use super::style::Colour;
use crate::error::{Error, Result};
use crate::select::Selection;

/// The figures that ship with the program, by name, with their TOML text.
pub const BUILT_IN: &[(&str, &str)] = &[
    ("1", include_str!("../../data/figures/1.toml")),
    ("2", include_str!("../../data/figures/2.toml")),
    ("3", include_str!("../../data/figures/3.toml")),
    ("7", include_str!("../../data/figures/7.toml")),
];

/// A figure's specification.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Figure {
    /// The title: what, where. `{n}` stands for the number of sites drawn.
    pub title: Phrase,
    /// A line below the title: what is counted and as of when.
    #[serde(default)]
    pub subtitle: Phrase,
    /// The page: its size, its colours, its language.
    #[serde(default)]
    pub page: PageSpec,
    /// The sites drawn, by the same filters as on the command line.
    #[serde(default)]
    pub sites: Selection,
    /// The ports drawn, where there are any.
    pub ports: Option<Ports>,
    /// Layers drawn around the sites: dams, power lines, resource tracts, a user's own.
    #[serde(default)]
    pub context: Vec<Context>,
    /// What part of the world is drawn, and in which projection.
    #[serde(default)]
    pub frame: FrameSpec,
    /// How sites are drawn.
    #[serde(default)]
    pub symbols: Symbols,
    /// Maps of a smaller part at a larger scale, beside the main map.
    #[serde(default)]
    pub lens: Vec<Lens>,
    /// Maps in a corner of the main map.
    #[serde(default)]
    pub inset: Vec<Inset>,
    /// Bar charts.
    #[serde(default)]
    pub chart: Vec<Chart>,
    /// Sentences for the foot of the figure, before its sources.
    #[serde(default)]
    pub notes: Vec<Phrase>,
}

/// The page that a figure is printed on.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct PageSpec {
    /// The width in millimetres.
    pub width: f64,
    /// The greatest height in millimetres. A figure is as high as what it holds, and holds less
    /// where that would be higher.
    pub height: f64,
    /// A theme's name (`print`, `grey`, `dark`) or a TOML file.
    pub theme: String,
    /// The language, `en` or `zh`.
    pub language: Language,
}

impl Default for PageSpec {
    fn default() -> Self {
        let language = Language::default();
        PageSpec { width: 183.0, height: 170.0, theme: "print".into(), language }
    }
}

/// What part of the world is drawn, and in which projection.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct FrameSpec {
    /// A projection's name (`equal-earth`, `albers-china`, …), a PROJ string, an EPSG code or WKT.
    /// The last two serve the lenses too, which otherwise have a projection of their own.
    pub projection: String,
    /// West, south, east and north in degrees; none for the whole world. West may exceed east
    /// across the antimeridian.
    pub bbox: Option<[f64; 4]>,
    /// The countries that the figure is about, which are shown with their provinces.
    pub focus: Vec<String>,
    /// Whether there is a scale bar.
    pub scale_bar: bool,
    /// Degrees between two lines of the graticule.
    pub graticule: f64,
}

impl Default for FrameSpec {
    fn default() -> Self {
        FrameSpec {
            projection: "equal-earth".into(),
            bbox: None,
            focus: Vec::new(),
            scale_bar: false,
            graticule: 30.0,
        }
    }
}

/// How sites are drawn. Colour and shape say the type of rare earths.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Symbols {
    /// Diameter of a circle in points, other shapes having its area; by default smaller the more
    /// there are.
    pub size: Option<f64>,
    /// Whether a white dot marks byproduct producers.
    pub mark_byproduct: bool,
    /// Whether an open symbol marks a status that the source doubts or assumes.
    pub mark_uncertain: bool,
    /// Whether sites are labelled on the main map.
    pub labels: bool,
    /// Whether all symbols stay at their places, where others would hide them too. By default
    /// hidden ones stand a little aside, and the foot says how many and how far.
    pub stay: bool,
}

/// The ports of a figure.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Ports {
    /// Which ports, by the same filters as for sites.
    pub select: Selection,
    /// Whether only those that export metals are drawn.
    pub metals_only: bool,
}

/// Layers of points, lines or areas drawn around the sites.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Context {
    /// A kind (`dams`, `resource-tracts`, …), a commodity of tracts, or the name of a layer or
    /// file of the data given.
    pub layer: String,
    /// What the key calls it; by default what it shows, or the layer's name.
    pub label: Option<String>,
    /// Its colour, `#rrggbb`; by default that of its kind.
    pub color: Option<Colour>,
}

/// A map of a smaller part at a larger scale.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Lens {
    /// Its title; by default the provinces or countries that most of its sites lie in.
    #[serde(default)]
    pub title: Phrase,
    /// West, south, east and north in degrees; by default where symbols crowd so that a lens parts
    /// the most of them. Where none crowd there is no such lens.
    pub bbox: Option<[f64; 4]>,
    /// Whether its sites are labelled; by default where they are 40 or fewer.
    pub labels: Option<bool>,
}

/// A map in a corner of the main map.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Inset {
    /// Its title.
    pub title: Phrase,
    /// West, south, east and north in degrees.
    pub bbox: [f64; 4],
    /// Width as a share of the main map's.
    pub width: f64,
    /// The corner of the main map.
    pub corner: Corner,
}

/// A corner of a map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Corner {
    LowerLeft,
    LowerRight,
}

/// A bar chart of the selected sites.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Chart {
    /// Its title.
    pub title: Phrase,
    /// What the bars stand for.
    pub by: ChartBy,
    /// The longest bars that are shown; the rest are added up in one.
    #[serde(default = "twelve")]
    pub most: usize,
}

/// What the bars of a chart stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChartBy {
    /// The province found, or the one stated where none was found.
    Province,
    /// The country, likewise.
    Country,
    /// The main deposit type.
    DepositType,
    /// The status.
    Status,
    /// The segment of the supply chain; a site of several stands in the bar of each.
    Segment,
    /// The type of rare earths.
    ReeType,
}

fn twelve() -> usize {
    12
}

impl Figure {
    /// A built-in figure by its name, or the figure of a TOML file.
    pub fn open(name_or_path: &str) -> Result<Self> {
        let name = name_or_path.strip_prefix("figure").unwrap_or(name_or_path);
        if let Some((name, text)) = BUILT_IN.iter().find(|(built_in, _)| *built_in == name) {
            return Figure::parse(text, &format!("figure {name}"));
        }
        let path = std::path::Path::new(name_or_path);
        if !path.exists() {
            let names: Vec<_> = BUILT_IN.iter().map(|(name, _)| *name).collect();
            return Err(Error::usage(format!("there is no figure \"{name_or_path}\"")).with_hint(
                format!("built-in figures: {}; or give a TOML file's path", names.join(", ")),
            ));
        }
        let text = std::fs::read_to_string(path).map_err(|cause| Error::io(path, cause))?;
        Figure::parse(&text, name_or_path)
    }

    /// A figure from TOML text; `origin` names it in errors.
    pub fn parse(text: &str, origin: &str) -> Result<Self> {
        let figure: Figure =
            toml::from_str(text).map_err(|e| Error::usage(format!("{origin}: {e}")))?;
        figure.check(origin)?;
        Ok(figure)
    }

    /// Refuses numbers that no map can be drawn with.
    fn check(&self, origin: &str) -> Result<()> {
        let frames = self.frame.bbox.iter().map(|bbox| ("frame", bbox));
        let lenses = self.lens.iter().filter_map(|lens| Some(("lens", lens.bbox.as_ref()?)));
        let insets = self.inset.iter().map(|inset| ("inset", &inset.bbox));
        for (part, &[west, south, east, north]) in frames.chain(lenses).chain(insets) {
            let sound = [west, east].iter().all(|l| (-360.0..=360.0).contains(l))
                && (-90.0..=90.0).contains(&south)
                && (-90.0..=90.0).contains(&north)
                && south < north
                && west != east;
            if !sound {
                let reason = format!(
                    "{origin}: {part}: bbox [{west}, {south}, {east}, {north}] spans no area"
                );
                return Err(Error::usage(reason)
                    .with_hint("give west, south, east, north in degrees: [73, 17, 136, 54]"));
            }
        }
        if let Some(size) = self.symbols.size
            && !(0.5..=30.0).contains(&size)
        {
            return Err(Error::usage(format!(
                "{origin}: symbols: size {size} is not 0.5 to 30 pt"
            )));
        }
        let step = self.frame.graticule;
        if !(0.1..=90.0).contains(&step) {
            return Err(Error::usage(format!(
                "{origin}: frame: graticule {step} is not 0.1 to 90°"
            )));
        }
        if let Some(inset) = self.inset.iter().find(|i| !(0.05..=0.5).contains(&i.width)) {
            let width = inset.width;
            return Err(Error::usage(format!("{origin}: inset: width {width} is not 0.05 to 0.5")));
        }
        Ok(())
    }
}
