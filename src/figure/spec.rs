//! A figure as data: a TOML file that says what is drawn, where and how.

use serde::{Deserialize, Deserializer};

use super::language::{Language, Phrase};
use super::scene::Bounds;
use super::style::Colour;
use crate::error::{Error, Result};
use crate::place::Gazetteer;
use crate::select::Selection;

/// The figures that ship with the program, by name, with their TOML text.
pub const BUILT_IN: &[(&str, &str)] = &[
    ("1", include_str!("../../data/figures/1.toml")),
    ("2", include_str!("../../data/figures/2.toml")),
    ("3", include_str!("../../data/figures/3.toml")),
    ("7", include_str!("../../data/figures/7.toml")),
];

/// The figure of whatever is selected, which [`super::generic`] fits to a selection; by name, with
/// its TOML text.
pub const GENERIC: (&str, &str) = ("sites", include_str!("../../data/figures/sites.toml"));

/// The projection of a frame that names none: it follows from what is framed.
pub const PROJECTION_BY_FRAME: &str = "auto";

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
    /// A map in a corner that shows where the main map lies.
    pub locator: Option<Locator>,
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

/// What part of the world is drawn, and in which projection: a box, places, or where the data
/// are; without any of these the whole world.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct FrameSpec {
    /// A projection's name (`equal-earth`, `albers-china`, …), a PROJ string, an EPSG code or WKT.
    /// The last two serve the lenses too, which otherwise have a projection of their own. `auto`,
    /// the default, is an equal-area one that suits what is framed.
    pub projection: String,
    /// West, south, east and north in degrees. West may exceed east across the antimeridian.
    #[serde(deserialize_with = "some_bbox")]
    pub bbox: Option<[f64; 4]>,
    /// Countries, by any name or ISO code: the box around their main bodies. A country alone is
    /// mapped as by convention, where there is one: China with the South China Sea in a corner.
    pub country: Vec<String>,
    /// Provinces, likewise, in the countries named if there are any; their neighbours recede.
    pub province: Vec<String>,
    /// The box around the selected sites and ports.
    pub data: bool,
    /// What the places and data named take of the projected plane, in metres, where that is less
    /// than their box.
    #[serde(skip)]
    pub fit: Option<Bounds>,
    /// The countries that the figure is about, which are shown with their provinces.
    pub focus: Vec<String>,
    /// Whether there is a scale bar.
    pub scale_bar: bool,
    /// Degrees between two lines of the graticule; by default what suits the map.
    #[serde(deserialize_with = "some_graticule")]
    pub graticule: Option<f64>,
}

impl Default for FrameSpec {
    fn default() -> Self {
        FrameSpec {
            projection: PROJECTION_BY_FRAME.into(),
            bbox: None,
            country: Vec::new(),
            province: Vec::new(),
            data: false,
            fit: None,
            focus: Vec::new(),
            scale_bar: false,
            graticule: None,
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
    /// The greatest number of sites up to which they are labelled all the same.
    pub label_up_to: Option<usize>,
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
    #[serde(default, deserialize_with = "some_bbox")]
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
    #[serde(deserialize_with = "bbox")]
    pub bbox: [f64; 4],
    /// Width as a share of the main map's.
    pub width: f64,
    /// The corner of the main map.
    pub corner: Corner,
}

/// A small map that shows where the main map lies: a province's in its country, else in its
/// surroundings. It stands in a corner where it hides no site; where each would, or the main map
/// shows most of what it would show, there is none.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Locator {
    /// Width as a share of the main map's.
    pub width: f64,
}

impl Default for Locator {
    fn default() -> Self {
        Locator { width: 0.17 }
    }
}

/// A corner of a map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Corner {
    LowerLeft,
    LowerRight,
    UpperLeft,
    UpperRight,
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

/// A box that spans an area. Refused here, an error has the line.
fn bbox<'de, D: Deserializer<'de>>(source: D) -> std::result::Result<[f64; 4], D::Error> {
    let [west, south, east, north] = <[f64; 4]>::deserialize(source)?;
    check_bbox([west, south, east, north]).map_err(serde::de::Error::custom)
}

fn some_bbox<'de, D: Deserializer<'de>>(
    source: D,
) -> std::result::Result<Option<[f64; 4]>, D::Error> {
    bbox(source).map(Some)
}

/// West, south, east and north, if they span an area.
fn check_bbox([west, south, east, north]: [f64; 4]) -> std::result::Result<[f64; 4], String> {
    let sound = [west, east].iter().all(|l| (-360.0..=360.0).contains(l))
        && (-90.0..=90.0).contains(&south)
        && (-90.0..=90.0).contains(&north)
        && south < north
        && west != east;
    match sound {
        true => Ok([west, south, east, north]),
        false => Err(format!(
            "the bbox [{west}, {south}, {east}, {north}] spans no area; give west, south, east, \
             north in degrees, such as [73, 17, 136, 54]"
        )),
    }
}

fn some_graticule<'de, D: Deserializer<'de>>(
    source: D,
) -> std::result::Result<Option<f64>, D::Error> {
    let step = f64::deserialize(source)?;
    match (0.1..=90.0).contains(&step) {
        true => Ok(Some(step)),
        false => Err(serde::de::Error::custom(format!("graticule {step} is not 0.1 to 90°"))),
    }
}

fn twelve() -> usize {
    12
}

impl FrameSpec {
    /// The frame of a flag: `world`, `data`, `W,S,E,N` in degrees, or the name of a country or, if
    /// no country goes by it, a province. The projection follows from it.
    ///
    /// # Errors
    /// A text that is none of these, with what may have been meant.
    pub fn reframed(self, text: &str, gazetteer: &Gazetteer) -> Result<Self> {
        let projection = PROJECTION_BY_FRAME.into();
        let mut frame = FrameSpec {
            projection,
            bbox: None,
            country: Vec::new(),
            province: Vec::new(),
            data: false,
            graticule: None,
            ..self
        };
        let text = text.trim();
        let numbers: Vec<Option<f64>> = text.split(',').map(|n| n.trim().parse().ok()).collect();
        match (text, numbers.as_slice()) {
            ("world", _) => {}
            ("data", _) => frame.data = true,
            (_, &[Some(west), Some(south), Some(east), Some(north)]) => {
                frame.bbox = Some(check_bbox([west, south, east, north]).map_err(Error::usage)?);
            }
            _ if gazetteer.country(text).is_some() => frame.country = vec![text.into()],
            _ if !gazetteer.province(text).is_empty() => frame.province = vec![text.into()],
            _ => {
                let mut near = gazetteer.suggest_countries(text);
                near.extend(gazetteer.suggest_provinces(text));
                near.truncate(3);
                let mut hint =
                    String::from("give world, data, W,S,E,N in degrees, a country or a province");
                if !near.is_empty() {
                    hint = format!("did you mean {}? Or {hint}", near.join(" or "));
                }
                let reason = format!("nothing to frame is called \"{text}\"");
                return Err(Error::usage(reason).with_hint(hint));
            }
        }
        if !frame.country.is_empty() || !frame.province.is_empty() {
            frame.focus = Vec::new();
        }
        Ok(frame)
    }
}

impl Figure {
    /// The figure with another frame, as [`FrameSpec::reframed`] reads it. Its lenses and insets,
    /// which belong to the frame that it had, go.
    ///
    /// # Errors
    /// As there.
    pub fn reframed(self, text: &str, gazetteer: &Gazetteer) -> Result<Self> {
        let frame = self.frame.reframed(text, gazetteer)?;
        Ok(Figure { frame, lens: Vec::new(), inset: Vec::new(), ..self })
    }

    /// A built-in figure by its name, or the figure of a TOML file.
    pub fn open(name_or_path: &str) -> Result<Self> {
        let name = name_or_path.strip_prefix("figure").unwrap_or(name_or_path);
        if let Some((name, text)) =
            BUILT_IN.iter().chain([&GENERIC]).find(|(built_in, _)| *built_in == name)
        {
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

    /// Refuses what no map can be drawn with.
    fn check(&self, origin: &str) -> Result<()> {
        let frame = &self.frame;
        let by_place = !frame.country.is_empty() || !frame.province.is_empty();
        if [frame.bbox.is_some(), by_place, frame.data].iter().filter(|given| **given).count() > 1 {
            return Err(Error::usage(format!("{origin}: frame: more than one part of the world"))
                .with_hint("give bbox, or country and province, or data = true"));
        }
        if let Some(size) = self.symbols.size
            && !(0.5..=30.0).contains(&size)
        {
            return Err(Error::usage(format!(
                "{origin}: symbols: size {size} is not 0.5 to 30 pt"
            )));
        }
        if let Some(inset) = self.inset.iter().find(|i| !(0.05..=0.5).contains(&i.width)) {
            let width = inset.width;
            return Err(Error::usage(format!("{origin}: inset: width {width} is not 0.05 to 0.5")));
        }
        Ok(())
    }
}
